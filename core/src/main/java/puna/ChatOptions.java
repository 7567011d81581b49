package puna;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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

/// How a conversation is answered: everything of [AnswerOptions], tools, and reasoning.
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
  private static final Option<Reasoning> REASONING = Option.oneOf("reasoning", Reasoning.class);
  private static final Option<Integer> MAX_REASONING_TOKENS =
      Option.integer("maxReasoningTokens", 0);
  private static final Option<OnHistoryFull> ON_HISTORY_FULL =
      Option.oneOf("onHistoryFull", OnHistoryFull.class);
  private static final Option<LastMessage> LAST_MESSAGE =
      Option.oneOf("lastMessage", LastMessage.class);
  private static final Option<Map<String, JsonValue>> VARIABLES =
      Option.<Map<String, JsonValue>>of(
              "variables", JsonObject::new, json -> Option.readObject(json).members())
          .inJson("chat_template_kwargs");

  /// How many tool calls one answer may contain.
  public enum ToolCalls {
    /// At most one.
    ONE,
    /// Any number ("parallel tool calls").
    SEVERAL
  }

  /// Whether the prompt tells the model about the response format. The answer is constrained to it
  /// either way.
  public enum FormatHint {
    /// Nothing is added; the conversation itself should say what is wanted.
    NONE,
    /// The JSON Schema, or the list of choices, is appended to the user's last message.
    LAST_MESSAGE
  }

  /// What happens when a conversation leaves too little of the context window for the answer.
  public enum OnHistoryFull {
    /// Nothing, as long as the conversation itself fits; else a [puna.error.ContextFullException].
    THROW,
    /// Its middle is left out, whole turns at a time: instructions at the beginning and the last
    /// turns stay. [ChatAnswer#dropped] has what was left out.
    DROP_MIDDLE
  }

  /// What becomes of the last message of a conversation.
  public enum LastMessage {
    /// It is answered, in a new message of the assistant.
    ANSWER,
    /// It is the beginning of the assistant's message, which the model goes on with (a prefill).
    /// The answer holds what comes behind it, and a format binds that alone.
    CONTINUE
  }

  /// Whether a reasoning model thinks before it answers.
  public enum Reasoning {
    /// It does.
    ON,
    /// It does not.
    OFF
  }

  private ChatOptions(SamplingOptions sampling, OptionValues values) {
    super(sampling, values);
  }

  /// Options of which none is set.
  public static ChatOptions defaults() {
    return new ChatOptions(SamplingOptions.defaults(), OptionValues.none());
  }

  /// Greedy decoding: always the most likely token.
  public static ChatOptions greedy() {
    return defaults().withSampling(SamplingOptions.greedy());
  }

  @Override
  ChatOptions with(SamplingOptions changedSampling, OptionValues changed) {
    return new ChatOptions(changedSampling, changed);
  }

  /// The tools that the model may call; their names must differ. Default: none.
  public ChatOptions withTools(List<Tool> value) {
    List<Tool> tools = List.copyOf(value);
    ToolUse.requireOwnNames(tools);
    return with(TOOLS, tools);
  }

  /// The tools that the model may call; their names must differ. Default: none.
  public ChatOptions withTools(Tool... value) {
    return withTools(List.of(value));
  }

  /// Whether the model may, must or must not call a tool. Default: it may.
  public ChatOptions withToolChoice(ToolChoice value) {
    return with(TOOL_CHOICE, value);
  }

  /// How many tool calls one answer may contain. Default: `SEVERAL`.
  public ChatOptions withToolCalls(ToolCalls value) {
    return with(TOOL_CALLS, value);
  }

  /// Whether the prompt tells the model about the response format. Default: `NONE`.
  public ChatOptions withFormatHint(FormatHint value) {
    return with(FORMAT_HINT, value);
  }

  /// Whether the model thinks before it answers. Default: as its chat template has it.
  ///
  /// An answer throws an `IllegalArgumentException` where the template cannot be told: where it has
  /// no switch and `OFF` is wanted, or the model does not think at all and `ON` is.
  public ChatOptions withReasoning(Reasoning value) {
    return with(REASONING, value);
  }

  /// The most tokens that the model may think. Then its reasoning is closed, and the answer begins;
  /// 0 closes it at once. They count among [#withMaxTokens] too. Default: no bound.
  public ChatOptions withMaxReasoningTokens(int value) {
    return with(MAX_REASONING_TOKENS, value);
  }

  /// What happens when a conversation leaves too little of the context window for the answer: less
  /// than its most tokens ([#withMaxTokens]), or than a quarter of the window where that is less.
  /// Default: `THROW`.
  public ChatOptions withOnHistoryFull(OnHistoryFull value) {
    return with(ON_HISTORY_FULL, value);
  }

  /// Whether the last message is answered or continued. Default: `ANSWER`.
  ///
  /// An answer that shall continue it throws an `IllegalArgumentException` unless the message is
  /// the assistant's, without tool calls, and not the only one. Of it the text counts: a model that
  /// thinks does so no more. Where it has no text a new message is begun.
  public ChatOptions withLastMessage(LastMessage value) {
    return with(LAST_MESSAGE, value);
  }

  /// Further variables for the model's chat template, such as `date_string`. Default: none.
  public ChatOptions withVariables(Map<String, JsonValue> value) {
    return with(VARIABLES, Collections.unmodifiableMap(new LinkedHashMap<>(value)));
  }

  /// What happens when a conversation is too long; empty when unset.
  public Optional<OnHistoryFull> onHistoryFull() {
    return get(ON_HISTORY_FULL);
  }

  /// Whether the last message is answered or continued; empty when unset.
  public Optional<LastMessage> lastMessage() {
    return get(LAST_MESSAGE);
  }

  /// The tools; none when unset.
  public List<Tool> tools() {
    return get(TOOLS).orElse(List.of());
  }

  /// Whether a tool is called; empty when unset.
  public Optional<ToolChoice> toolChoice() {
    return get(TOOL_CHOICE);
  }

  /// How many tool calls one answer may contain; empty when unset.
  public Optional<ToolCalls> toolCalls() {
    return get(TOOL_CALLS);
  }

  /// Whether the prompt tells about the response format; empty when unset.
  public Optional<FormatHint> formatHint() {
    return get(FORMAT_HINT);
  }

  /// Whether the model thinks; empty when unset.
  public Optional<Reasoning> reasoning() {
    return get(REASONING);
  }

  /// The most tokens of reasoning; empty when unset.
  public OptionalInt maxReasoningTokens() {
    Optional<Integer> value = get(MAX_REASONING_TOKENS);
    return value.isPresent() ? OptionalInt.of(value.get()) : OptionalInt.empty();
  }

  /// The template's further variables; none when unset.
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

  /// Options from JSON as [#toJson] writes it.
  ///
  /// @throws JsonException when there is no option of a member's name, or its value is not allowed;
  ///   the message has the member's path
  public static ChatOptions fromJson(JsonObject json) {
    Read read =
        Read.of(
            json,
            List.of(
                TOOLS,
                TOOL_CHOICE,
                TOOL_CALLS,
                FORMAT_HINT,
                REASONING,
                MAX_REASONING_TOKENS,
                ON_HISTORY_FULL,
                LAST_MESSAGE,
                VARIABLES));
    ChatOptions options = new ChatOptions(read.sampling(), read.values());
    try {
      ToolUse.requireOwnNames(options.tools());
    } catch (IllegalArgumentException e) {
      throw new JsonException("$.tools: " + e.getMessage(), e);
    }
    return options;
  }
}
