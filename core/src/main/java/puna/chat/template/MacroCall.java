package puna.chat.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Dict;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.Value;

/// The arguments of a macro's call, on their way to the names of its parameters.
///
/// @param scope where the macro's body will run
/// @param fallback the value of a parameter that no argument is for
record MacroCall(
    Statement.MacroShape shape,
    Scope scope,
    BiFunction<Statement.Parameter, Scope, Value> fallback) {

  void bind(Arguments arguments) {
    List<Statement.Parameter> parameters = shape.parameters();
    List<Value> positional = arguments.positional();
    Map<String, Value> named = new LinkedHashMap<>(arguments.named());
    boolean hasCaller = false;
    for (int i = 0; i < parameters.size(); i++) {
      Statement.Parameter parameter = parameters.get(i);
      hasCaller |= parameter.name().equals("caller");
      @Nullable Value value =
          i < positional.size() ? positional.get(i) : named.remove(parameter.name());
      scope.set(parameter.name(), value == null ? fallback.apply(parameter, scope) : value);
    }
    if (shape.reads().contains("caller") && !hasCaller) {
      @Nullable Value caller = named.remove("caller");
      scope.set("caller", caller == null ? new Value.Undefined("No caller defined") : caller);
    }
    rest(
        named,
        positional.subList(Math.min(parameters.size(), positional.size()), positional.size()));
  }

  private void rest(Map<String, Value> named, List<Value> positional) {
    if (shape.reads().contains("kwargs")) {
      Dict.Builder rest = new Dict.Builder();
      named.forEach((name, value) -> rest.put(Text.template(name), value));
      scope.set("kwargs", rest.build());
    } else if (!named.isEmpty()) {
      throw new TemplateException(
          "macro '%s' takes no keyword argument '%s'"
              .formatted(shape.name(), named.keySet().iterator().next()));
    }
    if (shape.reads().contains("varargs")) {
      scope.set("varargs", Sequence.tuple(positional));
    } else if (!positional.isEmpty()) {
      throw new TemplateException(
          "macro '%s' takes not more than %s argument(s)"
              .formatted(shape.name(), shape.parameters().size()));
    }
  }
}
