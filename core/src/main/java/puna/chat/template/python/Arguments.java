package puna.chat.template.python;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The arguments of one call.
///
/// @param runtime what a function may ask of the running render
public record Arguments(Rendering runtime, List<Value> positional, Map<String, Value> named) {

  static Arguments of(Rendering runtime, Value... positional) {
    return new Arguments(runtime, List.of(positional), Map.of());
  }

  /// Arguments by the places of a function's parameters.
  public static final class Bound {
    private final String function;
    private final List<String> parameters;
    private final Arguments arguments;

    private Bound(String function, List<String> parameters, Arguments arguments) {
      this.function = function;
      this.parameters = parameters;
      this.arguments = arguments;
    }

    public Optional<Value> find(int index) {
      if (index < arguments.positional().size()) {
        return Optional.of(arguments.positional().get(index));
      }
      return Optional.ofNullable(arguments.named().get(parameters.get(index)));
    }

    public Value require(int index) {
      return find(index)
          .orElseThrow(() ->
              new TemplateException(
                  function + " needs the argument '" + parameters.get(index) + "'"));
    }

    public Value orNone(int index) {
      return find(index).orElse(Value.None.NONE);
    }

    public boolean isTrue(int index) {
      return find(index).map(Types::isTrue).orElse(false);
    }

    public int integer(int index, int fallback) {
      return find(index).map(Types::smallInteger).orElse(fallback);
    }

    /// A count that must fit into 64 bits, as Python's own methods take it.
    public int count(int index, int fallback) {
      Value value = find(index).orElse(Value.Int.of(fallback));
      if (Types.integer(value).bitLength() > 63) {
        throw new TemplateException("Python int too large to convert to C ssize_t");
      }
      return Types.smallInteger(value);
    }

    /// @throws TemplateException when it is there and no text
    public Text text(int index, String fallback) {
      Value value = find(index).orElse(Text.template(fallback));
      if (value instanceof Text text) {
        return text;
      }
      throw new TemplateException(
          "%s: the argument '%s' must be a str, found %s"
              .formatted(function, parameters.get(index), Types.name(value)));
    }
  }

  /// @throws TemplateException for more arguments than parameters, unknown names, and two values
  ///   for one parameter
  public Bound bind(String function, String... parameters) {
    List<String> names = List.of(parameters);
    if (positional.size() > names.size()) {
      throw new TemplateException(
          "%s takes at most %s arguments, found %s"
              .formatted(function, names.size(), positional.size()));
    }
    for (String name : named.keySet()) {
      int index = names.indexOf(name);
      if (index < 0) {
        throw new TemplateException(function + " has no argument '" + name + "'");
      }
      if (index < positional.size()) {
        throw new TemplateException(function + " got two values for '" + name + "'");
      }
    }
    return new Bound(function, names, this);
  }

  /// The same for a function that takes no arguments by name.
  public Bound bindPositional(String function, String... parameters) {
    refuseNames(function);
    return bind(function, parameters);
  }

  public void refuseNames(String function) {
    if (!named.isEmpty()) {
      throw new TemplateException(function + " takes no keyword arguments");
    }
  }

  /// The arguments but the first `count`.
  public Arguments skip(int count) {
    return new Arguments(runtime, positional.subList(count, positional.size()), named);
  }
}
