package puna.chat.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import puna.chat.template.python.Dict;
import puna.chat.template.python.RenderedText.Origin;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.Text;
import puna.chat.template.python.Value;
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

  /// What of a message must reach the model.
  private static final Set<String> SAID = Set.of("content", "tool_calls");

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
    int left = messages.elements().size();
    for (JsonValue message : messages.elements()) {
      Origin said = --left == 0 ? Origin.LAST_MESSAGE : Origin.DATA;
      values.add(message instanceof JsonObject object ? message(object, said) : data(message));
    }
    return Sequence.list(values);
  }

  /// @param said the origin of what the message says and asks for
  private static Value message(JsonObject message, Origin said) {
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
                  : value(value, SAID.contains(name) ? said : Origin.DATA));
        });
    return dict.build();
  }

  private static Value data(JsonValue value) {
    return value(value, Origin.DATA);
  }

  private static Value value(JsonValue value, Origin origin) {
    return switch (value) {
      case JsonString(String text) -> Text.of(text, origin);
      case JsonNull _ -> Value.None.NONE;
      case JsonBoolean bool -> Value.Bool.of(bool == JsonBoolean.TRUE);
      case JsonNumber number -> number(number.text());
      case JsonArray(List<JsonValue> elements) -> {
        List<Value> values = new ArrayList<>(elements.size());
        elements.forEach(element -> values.add(value(element, origin)));
        yield Sequence.list(values);
      }
      case JsonObject(Map<String, JsonValue> members) -> {
        Dict.Builder dict = new Dict.Builder();
        members.forEach((name, member) -> dict.put(Text.of(name, origin), value(member, origin)));
        yield dict.build();
      }
    };
  }

  private static Value number(String text) {
    boolean isWhole = text.chars().noneMatch(c -> c == '.' || c == 'e' || c == 'E');
    return isWhole ? new Value.Int(new BigInteger(text)) : new Value.Real(Double.parseDouble(text));
  }
}
