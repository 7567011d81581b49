package puna.chat.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// The variables of a render as values. All their text is data, but for the variables that count as
/// template, and for the well-known words that name a role: templates print `<|` + role + `|>`.
final class ContextValues {
  private static final Set<String> ROLES =
      Set.of("system", "user", "assistant", "tool", "developer", "ipython", "function", "model");

  private ContextValues() {}

  /// @param trusted names of the variables that count as template
  static Map<String, Value> of(JsonObject variables, Set<String> trusted) {
    Map<String, Value> context = new HashMap<>(Globals.ALL);
    variables
        .members()
        .forEach((name, value) -> {
          if (trusted.contains(name) && value instanceof JsonString(String text)) {
            context.put(name, Text.template(text));
          } else if (name.equals("messages") && value instanceof JsonArray messages) {
            context.put(name, messages(messages));
          } else {
            context.put(name, data(value));
          }
        });
    return context;
  }

  private static Value messages(JsonArray messages) {
    List<Value> values = new ArrayList<>(messages.elements().size());
    for (JsonValue message : messages.elements()) {
      values.add(message instanceof JsonObject object ? message(object) : data(message));
    }
    return Sequence.list(values);
  }

  private static Value message(JsonObject message) {
    Dict.Builder dict = new Dict.Builder();
    message
        .members()
        .forEach((name, value) -> {
          boolean isRole =
              name.equals("role")
                  && value instanceof JsonString(String role)
                  && ROLES.contains(role);
          dict.put(
              Text.data(name),
              isRole && value instanceof JsonString(String role)
                  ? Text.template(role)
                  : data(value));
        });
    return dict.build();
  }

  private static Value data(JsonValue value) {
    return switch (value) {
      case JsonString(String text) -> Text.data(text);
      case JsonNull _ -> Value.None.NONE;
      case JsonBoolean bool -> Value.Bool.of(bool == JsonBoolean.TRUE);
      case JsonNumber number -> number(number.text());
      case JsonArray(List<JsonValue> elements) -> {
        List<Value> values = new ArrayList<>(elements.size());
        elements.forEach(element -> values.add(data(element)));
        yield Sequence.list(values);
      }
      case JsonObject(Map<String, JsonValue> members) -> {
        Dict.Builder dict = new Dict.Builder();
        members.forEach((name, member) -> dict.put(Text.data(name), data(member)));
        yield dict.build();
      }
    };
  }

  private static Value number(String text) {
    boolean isWhole = text.chars().noneMatch(c -> c == '.' || c == 'e' || c == 'E');
    return isWhole ? new Value.Int(new BigInteger(text)) : new Value.Real(Double.parseDouble(text));
  }
}
