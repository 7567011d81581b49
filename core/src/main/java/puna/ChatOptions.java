package puna;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import puna.chat.ToolUse;
import puna.json.JsonValue;

/// How a conversation is answered.
///
/// @param tools what the model may, must or must not call
/// @param format what the answer may be, where it is no call
/// @param variables what else the model's template reads, such as `date_string`
public record ChatOptions(
    GenerationOptions generation,
    ToolUse tools,
    ResponseFormat format,
    Map<String, JsonValue> variables) {
  public ChatOptions {
    requireNonNull(generation, "generation");
    requireNonNull(tools, "tools");
    requireNonNull(format, "format");
    variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
  }

  /// The default generation, no tools, any text.
  public static ChatOptions defaults() {
    return new ChatOptions(
        GenerationOptions.defaults(), ToolUse.none(), ResponseFormat.text(), Map.of());
  }

  public ChatOptions withGeneration(GenerationOptions value) {
    return new ChatOptions(value, tools, format, variables);
  }

  public ChatOptions withTools(ToolUse value) {
    return new ChatOptions(generation, value, format, variables);
  }

  public ChatOptions withFormat(ResponseFormat value) {
    return new ChatOptions(generation, tools, value, variables);
  }

  public ChatOptions withVariables(Map<String, JsonValue> value) {
    return new ChatOptions(generation, tools, format, value);
  }
}
