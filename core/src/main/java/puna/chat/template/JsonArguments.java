package puna.chat.template;

import java.util.Optional;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Arithmetic;
import puna.chat.template.python.JsonText;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// The arguments of `tojson`.
final class JsonArguments {
  private JsonArguments() {}

  static JsonText.Style style(Arguments arguments) {
    Arguments.Bound bound =
        arguments.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
    Optional<Text> indent = indent(bound.orNone(1));
    Text item = Text.template(indent.isPresent() ? "," : ", ");
    Text key = Text.template(": ");
    if (bound.orNone(2) != Value.None.NONE) {
      var separators = Methods.elements(bound.orNone(2));
      if (separators.size() != 2
          || !(separators.get(0) instanceof Text first)
          || !(separators.get(1) instanceof Text second)) {
        throw new TemplateException("tojson: separators must be two strings");
      }
      item = first;
      key = second;
    }
    return new JsonText.Style(
        indent,
        item,
        key,
        bound.isTrue(3) ? JsonText.Order.SORTED : JsonText.Order.KEPT,
        bound.isTrue(0) ? JsonText.Charset.ASCII : JsonText.Charset.UNICODE);
  }

  private static Optional<Text> indent(Value indent) {
    return switch (indent) {
      case Value.None _ -> Optional.empty();
      case Text text -> Optional.of(text);
      default ->
          Optional.of(
              Arithmetic.repeat(Text.template(" "), Math.max(0, Types.smallInteger(indent))));
    };
  }
}
