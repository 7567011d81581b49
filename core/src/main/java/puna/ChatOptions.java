package puna;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.chat.Tool;
import puna.chat.ToolChoice;
import puna.chat.tools.ToolUse;
import puna.error.JsonException;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonObject;
import puna.options.Option;
import puna.options.OptionValues;
import puna.sample.SamplingOptions;

/// How a conversation is answered.
public final class ChatOptions extends AnswerOptions<ChatOptions> {
  private static final Option<List<Tool>> TOOLS =
      Option.of(
          "tools",
          tools -> new JsonArray(tools.stream().<JsonValue>map(Tool::toJson).toList()),
          json -> Option.list(json, tool -> Tool.fromJson(Option.readObject(tool))));
  private static final Option<ToolChoice> TOOL_CHOICE =
      Option.of("toolChoice", ToolChoice::toJson, ToolChoice::fromJson);
  private static final Option<ToolCalls> TOOL_CALLS =
      Option.<ToolCalls>of(
              "toolCalls",
              calls -> JsonBoolean.of(calls == ToolCalls.SEVERAL),
              json -> Option.readBoolean(json) ? ToolCalls.SEVERAL : ToolCalls.ONE)
          .inJson("parallel_tool_calls");
  private static final Option<FormatHint> FORMAT_HINT =
      Option.oneOf("formatHint", FormatHint.class);
  private static final Option<Map<String, JsonValue>> VARIABLES =
      Option.<Map<String, JsonValue>>of(
              "variables", JsonObject::new, json -> Option.readObject(json).members())
          .inJson("chat_template_kwargs");

  /// How many calls one answer may hold.
  public enum ToolCalls {
    ONE,
    SEVERAL
  }

  /// Whether the model is told of the format that its answer is bound to.
  public enum FormatHint {
    /// It is bound to it, and must guess what is wanted from the conversation.
    NONE,
    /// A JSON format's schema, or the choices, stand behind the last message of the user.
    LAST_MESSAGE
  }

  private ChatOptions(SamplingOptions sampling, OptionValues values) {
    super(sampling, values);
  }

  /// Nothing is set.
  public static ChatOptions defaults() {
    return new ChatOptions(SamplingOptions.defaults(), OptionValues.none());
  }

  /// Always the most likely token.
  public static ChatOptions greedy() {
    return defaults().withSampling(SamplingOptions.greedy());
  }

  @Override
  ChatOptions with(SamplingOptions changedSampling, OptionValues changed) {
    return new ChatOptions(changedSampling, changed);
  }

  /// Tools that the model may call. No two may have one name. Unset: none.
  public ChatOptions withTools(List<Tool> value) {
    List<Tool> tools = List.copyOf(value);
    ToolUse.requireOwnNames(tools);
    return with(TOOLS, tools);
  }

  /// Tools that the model may call. No two may have one name.
  public ChatOptions withTools(Tool... value) {
    return withTools(List.of(value));
  }

  /// Whether the model may, must or must not call a tool. Unset: it may.
  public ChatOptions withToolChoice(ToolChoice value) {
    return with(TOOL_CHOICE, value);
  }

  /// Whether one answer may call several tools at once. Unset: `SEVERAL`.
  public ChatOptions withToolCalls(ToolCalls value) {
    return with(TOOL_CALLS, value);
  }

  /// Whether the model is told of its answer's format. Unset: `NONE`.
  public ChatOptions withFormatHint(FormatHint value) {
    return with(FORMAT_HINT, value);
  }

  /// What else the model's template reads, such as `date_string`. Unset: nothing.
  public ChatOptions withVariables(Map<String, JsonValue> value) {
    return with(VARIABLES, Collections.unmodifiableMap(new LinkedHashMap<>(value)));
  }

  public List<Tool> tools() {
    return get(TOOLS).orElse(List.of());
  }

  public Optional<ToolChoice> toolChoice() {
    return get(TOOL_CHOICE);
  }

  public Optional<ToolCalls> toolCalls() {
    return get(TOOL_CALLS);
  }

  public Optional<FormatHint> formatHint() {
    return get(FORMAT_HINT);
  }

  public Map<String, JsonValue> variables() {
    return get(VARIABLES).orElse(Map.of());
  }

  /// The tools and how they may be used.
  ///
  /// @throws IllegalArgumentException when the choice names no tool, or a tool is required where
  ///   there is none
  ToolUse toolUse() {
    ToolUse.Calls calls =
        switch (toolCalls().orElse(ToolCalls.SEVERAL)) {
          case ONE -> ToolUse.Calls.ONE;
          case SEVERAL -> ToolUse.Calls.SEVERAL;
        };
    return new ToolUse(tools(), toolChoice().orElseGet(ToolChoice::auto), calls);
  }

  /// Options from a JSON object.
  ///
  /// @throws JsonException when a member is no such option or its value breaks a rule, with its
  ///   path
  public static ChatOptions fromJson(JsonObject json) {
    Read read = Read.of(json, List.of(TOOLS, TOOL_CHOICE, TOOL_CALLS, FORMAT_HINT, VARIABLES));
    ChatOptions options = new ChatOptions(read.sampling(), read.values());
    try {
      ToolUse.requireOwnNames(options.tools());
    } catch (IllegalArgumentException e) {
      throw new JsonException("$.tools: " + e.getMessage(), e);
    }
    return options;
  }
}
