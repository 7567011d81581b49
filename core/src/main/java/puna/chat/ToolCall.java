package puna.chat;

import static java.util.Objects.requireNonNull;

import puna.json.JsonValue.JsonObject;

/// One call of a tool that the model asks for.
///
/// @param id tells the calls of a conversation apart; may be empty where a format has none
/// @param name the tool's name as the model wrote it; it may name no tool at all
/// @param arguments as the model wrote them; they may break the tool's schema where the answer was
///   not bound to it
public record ToolCall(String id, String name, JsonObject arguments) {
  public ToolCall {
    requireNonNull(id, "id");
    requireNonNull(name, "name");
    requireNonNull(arguments, "arguments");
  }
}
