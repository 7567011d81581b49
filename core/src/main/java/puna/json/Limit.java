package puna.json;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A keyword of JSON Schema that a value must keep, as the schema says it and as it is checked.
sealed interface Limit {
  String keyword();

  JsonValue json();

  /// Whether a value of the right type keeps it.
  boolean admits(JsonValue value);

  /// The rule in words.
  default String rule() {
    return "a value with %s %s".formatted(keyword(), Json.write(json()));
  }

  /// `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`.
  record Bound(String keyword, BigDecimal bound) implements Limit {
    @Override
    public JsonValue json() {
      return new JsonNumber(bound.toPlainString());
    }

    @Override
    public boolean admits(JsonValue value) {
      if (!(value instanceof JsonNumber(String text))) {
        return true;
      }
      int order = new BigDecimal(text).compareTo(bound);
      return switch (keyword) {
        case "minimum" -> order >= 0;
        case "maximum" -> order <= 0;
        case "exclusiveMinimum" -> order > 0;
        default -> order < 0;
      };
    }

    /// Whether this is the narrower of two bounds of one keyword.
    boolean isNarrowerThan(BigDecimal other) {
      return keyword.endsWith("inimum") ? bound.compareTo(other) > 0 : bound.compareTo(other) < 0;
    }
  }

  /// `minLength`, `maxItems` and their like.
  record Size(String keyword, int size) implements Limit {
    @Override
    public JsonValue json() {
      return JsonNumber.of(size);
    }

    @Override
    public boolean admits(JsonValue value) {
      int found =
          switch (value) {
            case JsonString(String text) -> text.codePointCount(0, text.length());
            case JsonArray(List<JsonValue> elements) -> elements.size();
            case JsonObject(Map<String, JsonValue> members) -> members.size();
            default -> size;
          };
      return keyword.startsWith("min") ? found >= size : found <= size;
    }

    /// Whether this is the narrower of two of one keyword.
    boolean isNarrowerThan(long other) {
      return keyword.startsWith("min") ? size > other : size < other;
    }
  }

  /// `pattern`: found somewhere in the text.
  record Matching(Pattern pattern) implements Limit {
    @Override
    public String keyword() {
      return "pattern";
    }

    @Override
    public JsonValue json() {
      return new JsonString(pattern.pattern());
    }

    @Override
    public boolean admits(JsonValue value) {
      return !(value instanceof JsonString(String text)) || pattern.matcher(text).find();
    }
  }

  /// `const`.
  record Only(JsonValue json) implements Limit {
    @Override
    public String keyword() {
      return "const";
    }

    @Override
    public boolean admits(JsonValue value) {
      return value.equals(json);
    }
  }

  /// `format`, with what is looked at when a value is read.
  record Format(String format, Pattern check) implements Limit {
    @Override
    public String keyword() {
      return "format";
    }

    @Override
    public JsonValue json() {
      return new JsonString(format);
    }

    @Override
    public boolean admits(JsonValue value) {
      return !(value instanceof JsonString(String text)) || check.matcher(text).matches();
    }
  }
}
