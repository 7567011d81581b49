package puna.server.models;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;

/// Finds the model that a client means: by its id, by an alias, as Ollama compares names, which is
/// without case, and `:latest` is as good as nothing, or by an alias with `*`: what says most comes
/// first.
final class ModelNames {
  private static final String LATEST = ":latest";

  private ModelNames() {}

  static Optional<ServedModel> find(List<ServedModel> models, String name) {
    return first(models, name, (model, asked) -> model.id().equals(asked))
        .or(() -> first(models, name, (model, asked) -> model.aliases().contains(asked)))
        .or(() -> first(models, name, ModelNames::isAlike))
        .or(() ->
            first(
                models,
                name,
                (model, asked) ->
                    model.aliases().stream().anyMatch(alias -> matches(alias, asked))))
        .or(() ->
            first(
                models,
                plain(name),
                (model, asked) ->
                    model.aliases().stream().anyMatch(alias -> matches(plain(alias), asked))));
  }

  private static Optional<ServedModel> first(
      List<ServedModel> models, String name, BiPredicate<ServedModel, String> rule) {
    return models.stream().filter(model -> rule.test(model, name)).findFirst();
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

  private static boolean isAlike(ServedModel model, String name) {
    return plain(model.id()).equals(plain(name))
        || model.aliases().stream().anyMatch(alias -> plain(alias).equals(plain(name)));
  }

  private static String plain(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(LATEST) ? lower.substring(0, lower.length() - LATEST.length()) : lower;
  }
}
