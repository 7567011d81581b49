package puna.server.models;

import static java.util.Objects.requireNonNull;

import java.util.List;
import puna.LlamaOptions;
import puna.ModelSource;

/// A model that a server offers.
///
/// @param id the name that clients ask for
/// @param source where it comes from
/// @param options that it is opened with
/// @param aliases other names for it; one may hold `*`, which stands for any text
public record ServedModel(
    String id, ModelSource source, LlamaOptions options, List<String> aliases) {
  public ServedModel {
    requireNonNull(id, "id");
    requireNonNull(source, "source");
    requireNonNull(options, "options");
    aliases = List.copyOf(aliases);
    if (id.isBlank()) {
      throw new IllegalArgumentException("a served model needs a name, found a blank one");
    }
  }

  /// A model without other names.
  public static ServedModel of(String id, ModelSource source, LlamaOptions options) {
    return new ServedModel(id, source, options, List.of());
  }

  /// Whether that is its own name, none of its others, as Ollama compares names: without case, and
  /// `:latest` is as good as nothing.
  public boolean isNamed(String name) {
    return ModelNames.plain(id).equals(ModelNames.plain(name));
  }

  /// Whether that is one of its names, compared the same way; a `*` stands for itself alone.
  public boolean isCalled(String name) {
    String plain = ModelNames.plain(name);
    return isNamed(name)
        || aliases.stream().anyMatch(alias -> ModelNames.plain(alias).equals(plain));
  }

  /// A copy with one more name.
  public ServedModel withAlias(String alias) {
    List<String> more = new java.util.ArrayList<>(aliases);
    more.add(requireNonNull(alias, "alias"));
    return new ServedModel(id, source, options, more);
  }
}
