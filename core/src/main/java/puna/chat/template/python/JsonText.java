package puna.chat.template.python;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Python's `json.dumps`: members in their order, no escaping of HTML, ", " and ": " as separators.
public final class JsonText {
  private final Style style;
  private final TextBuilder out = new TextBuilder();

  private JsonText(Style style) {
    this.style = style;
  }

  /// @param indent what a level is indented by; empty for one line
  public record Style(
      Optional<Text> indent, Text itemSeparator, Text keySeparator, Order order, Charset charset) {}

  public enum Order {
    KEPT,
    SORTED
  }

  public enum Charset {
    UNICODE,
    ASCII
  }

  /// @throws TemplateException for values that JSON does not have
  public static Text write(Value value, Style style) {
    JsonText json = new JsonText(style);
    json.write(value, 1);
    return json.out.build();
  }

  private void write(Value value, int level) {
    switch (value) {
      case Text text -> quote(text);
      case Value.None _ -> out.template("null");
      case Value.Bool bool -> out.template(bool.value() ? "true" : "false");
      case Value.Int number -> out.template(Printing.integer(number.value()));
      case Value.Real real -> out.template(real(real.value()));
      case Dict dict -> object(dict, level);
      case Sequence sequence -> {
        if (!sequence.isListOrTuple()) {
          throw notSerializable(value);
        }
        array(sequence, level);
      }
      case Value.Undefined _, Bytes _ -> throw notSerializable(value);
      case Value.Stream _, Namespace _, Member _ -> throw notSerializable(value);
    }
  }

  private void array(Sequence sequence, int level) {
    if (sequence.items().isEmpty()) {
      out.template("[]");
      return;
    }
    out.template("[");
    lineBreak(level);
    for (Iterator<Value> items = sequence.items().iterator(); items.hasNext(); ) {
      write(items.next(), level + 1);
      if (items.hasNext()) {
        out.append(style.itemSeparator());
        lineBreak(level);
      }
    }
    lineBreak(level - 1);
    out.template("]");
  }

  private void object(Dict dict, int level) {
    if (dict.size() == 0) {
      out.template("{}");
      return;
    }
    out.template("{");
    lineBreak(level);
    boolean isFirst = true;
    for (Dict.Entry entry : entries(dict)) {
      if (!isFirst) {
        out.append(style.itemSeparator());
        lineBreak(level);
      }
      isFirst = false;
      quote(key(entry.key()));
      out.append(style.keySeparator());
      write(entry.value(), level + 1);
    }
    lineBreak(level - 1);
    out.template("}");
  }

  private Iterable<Dict.Entry> entries(Dict dict) {
    if (style.order() == Order.KEPT) {
      return dict.entries();
    }
    List<Dict.Entry> sorted = new ArrayList<>();
    dict.entries().forEach(sorted::add);
    Sorting.sort(sorted, (a, b) -> Comparing.order(a.key(), b.key()));
    return sorted;
  }

  private static Text key(Value key) {
    return switch (key) {
      case Text text -> text;
      case Value.None _ -> Text.template("null");
      case Value.Bool bool -> Text.template(bool.value() ? "true" : "false");
      case Value.Int number -> Text.template(Printing.integer(number.value()));
      case Value.Real real -> Text.template(real(real.value()));
      default ->
          throw new TemplateException(
              "keys must be str, int, float, bool or None, not " + Types.name(key));
    };
  }

  private void lineBreak(int level) {
    style
        .indent()
        .ifPresent(indent -> {
          out.template("\n");
          for (int i = 0; i < level; i++) {
            out.append(indent);
          }
        });
  }

  private void quote(Text text) {
    out.template("\"");
    String chars = text.toString();
    int clean = 0;
    for (int at = 0; at < chars.length(); at++) {
      String escape = escape(chars.charAt(at));
      if (!escape.isEmpty()) {
        out.append(text.slice(clean, at)).like(text.slice(at, at + 1), escape);
        clean = at + 1;
      }
    }
    out.append(text.slice(clean, chars.length())).template("\"");
  }

  private String escape(char unit) {
    return switch (unit) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      default -> {
        boolean isPlain = unit >= ' ' && (unit < 0x7F || style.charset() == Charset.UNICODE);
        yield isPlain ? "" : String.format(Locale.ROOT, "\\u%04x", (int) unit);
      }
    };
  }

  private static String real(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "Infinity" : "-Infinity";
    }
    return Printing.real(value);
  }

  private static TemplateException notSerializable(Value value) {
    return new TemplateException(
        "Object of type " + Types.name(value) + " is not JSON serializable");
  }
}
