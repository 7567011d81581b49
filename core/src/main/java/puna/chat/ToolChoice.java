package puna.chat;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import puna.error.JsonException;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.options.Option;

/// Whether the model may, must or must not call a tool.
public sealed interface ToolChoice {
  /// The model decides.
  record Auto() implements ToolChoice {}

  /// No tool is called; the tools are not even shown to the model.
  record None() implements ToolChoice {}

  /// At least one tool is called; the model decides which.
  record Required() implements ToolChoice {}

  /// The tool of this name is called.
  record Named(String tool) implements ToolChoice {
    public Named {
      requireNonNull(tool, "tool");
    }
  }

  /// The model decides: the default.
  static ToolChoice auto() {
    return new Auto();
  }

  /// No tool is called.
  static ToolChoice none() {
    return new None();
  }

  /// At least one tool is called.
  static ToolChoice required() {
    return new Required();
  }

  /// The tool of this name is called.
  static ToolChoice named(String tool) {
    return new Named(tool);
  }

  /// The choice as `"auto"`, `"none"`, `"required"`, or `{"name": …}`.
  default JsonValue toJson() {
    return switch (this) {
      case Auto _ -> new JsonString("auto");
      case None _ -> new JsonString("none");
      case Required _ -> new JsonString("required");
      case Named(String tool) -> new JsonObject(Map.of("name", new JsonString(tool)));
    };
  }

  /// A choice from JSON as [#toJson] writes it.
  ///
  /// @throws JsonException when it is none
  static ToolChoice fromJson(JsonValue json) {
    return switch (json) {
      case JsonString(String word) when word.equals("auto") -> auto();
      case JsonString(String word) when word.equals("none") -> none();
      case JsonString(String word) when word.equals("required") -> required();
      case JsonObject(Map<String, JsonValue> members)
          when members.size() == 1 && members.get("name") instanceof JsonString(String tool) ->
          named(tool);
      default ->
          throw new JsonException(
              "$: "
                  + Option.mustBe(
                          "\"auto\", \"none\", \"required\" or an object with the tool's name",
                          json)
                      .getMessage());
    };
  }
}
