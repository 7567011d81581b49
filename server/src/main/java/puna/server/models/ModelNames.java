package puna.server.models;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/// Finds the model that a client means: by its id, by an alias, as Ollama compares names, which is
/// without case, and `:latest` is as good as nothing, or by an alias with `*`: what says most comes
/// first.
final class ModelNames {
  private static final String LATEST = ":latest";

  private ModelNames() {}

  static Optional<ServedModel> find(List<ServedModel> models, String name) {
    return first(models, model -> model.id().equals(name))
        .or(() -> byAlias(models, alias -> alias.equals(name)))
        .or(() -> first(models, model -> model.isCalled(name)))
        .or(() -> byAlias(models, alias -> matches(alias, name)))
        .or(() -> byAlias(models, alias -> matches(plain(alias), plain(name))));
  }

  private static Optional<ServedModel> byAlias(List<ServedModel> models, Predicate<String> rule) {
    return first(models, model -> model.aliases().stream().anyMatch(rule));
  }

  private static Optional<ServedModel> first(
      List<ServedModel> models, Predicate<ServedModel> rule) {
    return models.stream().filter(rule).findFirst();
  }

  /// Whether an alias with at most one `*` stands for that name.
  static boolean matches(String alias, String name) {
    int star = alias.indexOf('*');
    if (star < 0) {
      return alias.equals(name);
    }
    String before = alias.substring(0, star);
    String after = alias.substring(star + 1);
    return name.length() >= before.length() + after.length()
        && name.startsWith(before)
        && name.endsWith(after);
  }

  /// A name as Ollama compares it.
  static String plain(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(LATEST) ? lower.substring(0, lower.length() - LATEST.length()) : lower;
  }
}
