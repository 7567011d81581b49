package puna;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import puna.ChatOptions.FormatHint;
import puna.ChatOptions.LastMessage;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolChoice;
import puna.chat.format.PromptRequest;
import puna.chat.format.PromptRequest.Opening;
import puna.chat.tools.AnswerReader;
import puna.chat.tools.OfferedNames;
import puna.chat.tools.OpeningMask;
import puna.chat.tools.ReasoningMask.Ending;
import puna.chat.tools.RuleNames;
import puna.chat.tools.Thinking;
import puna.chat.tools.Thinking.Start;
import puna.chat.tools.ToolCallParser;
import puna.chat.tools.ToolFormat;
import puna.chat.tools.ToolGrammar;
import puna.chat.tools.ToolUse;
import puna.grammar.Grammar;
import puna.grammar.mask.LazyMask;
import puna.grammar.mask.LazyMask.After;
import puna.grammar.mask.LazyMask.Triggers;
import puna.grammar.mask.ReadableJsonMask;
import puna.grammar.mask.StateMasks;
import puna.grammar.mask.TokenMask;
import puna.json.JsonValue;
import puna.token.PromptPart;
import puna.token.Tokenizer;

/// How one conversation is put to a model and what its answer is bound to.
final class AnswerPlan {
  private final LoadedModel model;
  private final ChatOptions options;
  private final ToolUse tools;
  private final ToolFormat calls;
  private final Thinking thinking;
  private final boolean continues; // text of the assistant that stands in the prompt

  AnswerPlan(LoadedModel model, ChatOptions options) {
    this.model = model;
    this.options = options;
    this.tools = options.toolUse();
    this.calls = model.tools().format();
    this.thinking = model.reasoning().thinking();
    this.continues = false;
  }

  private AnswerPlan(AnswerPlan plan, Thinking thinking, boolean continues) {
    this.model = plan.model;
    this.options = plan.options;
    this.tools = plan.tools;
    this.calls = plan.calls;
    this.thinking = thinking;
    this.continues = continues;
  }

  /// The same plan for the answer to the prompt of a conversation, which may have opened the
  /// reasoning, or have begun the answer itself.
  AnswerPlan after(List<PromptPart> prompt, List<ChatMessage> messages) {
    return beginning(messages).text().isEmpty()
        ? new AnswerPlan(this, thinkingAfter(prompt), false)
        : new AnswerPlan(this, new Thinking(Start.NEVER, thinking.open(), thinking.close()), true);
  }

  /// Whether the answer goes on with text of its message.
  boolean continuesText() {
    return continues;
  }

  /// What of a conversation is answered, and what the answer begins with.
  ///
  /// @throws IllegalArgumentException when the last message shall be continued and cannot be
  AnswerBeginning beginning(List<ChatMessage> messages) {
    return switch (options.lastMessage().orElse(LastMessage.ANSWER)) {
      case ANSWER -> AnswerBeginning.none(messages);
      case CONTINUE -> AnswerBeginning.ofLast(messages);
    };
  }

  /// Who opens the reasoning behind a prompt, if anybody.
  Thinking thinkingAfter(List<PromptPart> prompt) {
    StringBuilder text = new StringBuilder();
    for (PromptPart part : prompt) {
      text.append(
          switch (part) {
            case PromptPart.Text(String written) -> written;
            case PromptPart.Special(String token) -> token;
          });
    }
    return thinking.after(text.toString());
  }

  PromptRequest request(List<ChatMessage> messages) {
    return model
        .tools()
        .request(
            new PromptRequest(hinted(messages), tools.shown(), variables(), Opening.ASSISTANT));
  }

  private Map<String, JsonValue> variables() {
    Map<String, JsonValue> variables = new LinkedHashMap<>();
    options.reasoning().map(model.reasoning()::variables).ifPresent(variables::putAll);
    variables.putAll(options.variables());
    return variables;
  }

  private List<ChatMessage> hinted(List<ChatMessage> messages) {
    return options.formatHint().equals(Optional.of(FormatHint.LAST_MESSAGE))
        ? FormatHints.behindLastQuestion(messages, format())
        : messages;
  }

  private ResponseFormat format() {
    return options.format().orElseGet(ResponseFormat::text);
  }

  boolean hasTools() {
    return !tools.shown().isEmpty();
  }

  boolean isThinking() {
    return thinking.start() != Start.NEVER;
  }

  /// The tokens that are marks: of calls where there are tools, of reasoning where the model
  /// thinks.
  Map<Integer, String> markIds() {
    Set<String> marks = new HashSet<>();
    if (hasTools()) {
      marks.addAll(calls.marks());
    }
    if (isThinking()) {
      marks.add(thinking.open());
      marks.add(thinking.close());
    }
    return marks.stream()
        .filter(this::isSpecial)
        .collect(Collectors.toMap(mark -> tokenizer().special(mark).getAsInt(), mark -> mark));
  }

  /// Those of them that have no text; the others are read as letters.
  Map<Integer, String> silentMarks() {
    Map<Integer, String> silent = new HashMap<>(markIds());
    silent.keySet().removeIf(id -> tokenizer().bytes(id).length > 0);
    return silent;
  }

  AnswerReader reader(Supplier<String> ids) {
    Set<String> silent = Set.copyOf(silentMarks().values());
    OfferedNames offered = OfferedNames.of(names());
    return new AnswerReader(
        thinking,
        silent,
        hasTools()
            ? Optional.of(new ToolCallParser(calls, offered, silent, ids))
            : Optional.empty());
  }

  /// What an answer is bound to; a mask of its own for each answer.
  Optional<TokenMask> mask() {
    Optional<Supplier<TokenMask>> answer = answerMasks();
    if (!isThinking() || (answer.isEmpty() && options.maxReasoningTokens().isEmpty())) {
      return answer.map(Supplier::get);
    }
    return Optional.of(
        model
            .reasoning()
            .masks()
            .mask(
                thinking.start(),
                options.maxReasoningTokens(),
                answer,
                isBound() ? Ending.FORBIDDEN : Ending.ALLOWED));
  }

  /// Whether the answer has a form that it must have.
  private boolean isBound() {
    return format().kind() != ResponseFormat.Kind.TEXT
        || (hasTools() && !(tools.choice() instanceof ToolChoice.Auto));
  }

  /// What the answer itself is bound to, behind its reasoning.
  private Optional<Supplier<TokenMask>> answerMasks() {
    if (!hasTools()) {
      return format().kind() == ResponseFormat.Kind.TEXT
          ? Optional.empty()
          : Optional.of(() -> formatMask(model.grammars(), format()).orElseThrow());
    }
    record Key(ToolUse tools, ResponseFormat format) {}
    boolean free =
        format().kind() == ResponseFormat.Kind.TEXT && tools.choice() instanceof ToolChoice.Auto;
    boolean mustCall = !(tools.choice() instanceof ToolChoice.Auto);
    StateMasks masks =
        model
            .grammars()
            .masks(
                new Key(tools, format()),
                () -> {
                  Grammar call = ToolGrammar.of(tools, calls, this::isSpecial);
                  return free || mustCall
                      ? call
                      : RuleNames.either(call, FormatGrammars.of(format()));
                });
    return Optional.of(() -> free ? lazy(masks) : readable(masks, format()));
  }

  static Optional<TokenMask> formatMask(GrammarCache grammars, ResponseFormat format) {
    return format.kind() == ResponseFormat.Kind.TEXT
        ? Optional.empty()
        : Optional.of(mask(grammars.masks(format, () -> FormatGrammars.of(format)), format));
  }

  private static TokenMask mask(StateMasks masks, ResponseFormat format) {
    return switch (format.kind()) {
      case JSON_OBJECT, JSON_SCHEMA -> readable(masks, format);
      case TEXT, GRAMMAR, REGEX, CHOICES -> masks.mask();
    };
  }

  private static TokenMask readable(StateMasks masks, ResponseFormat format) {
    return new ReadableJsonMask(masks, format.options().endsWithin());
  }

  private List<String> names() {
    return tools.shown().stream().map(Tool::name).toList();
  }

  private TokenMask lazy(StateMasks masks) {
    String opening = ToolGrammar.opening(calls);
    if (opening.length() == 1) {
      Set<Integer> marks =
          calls.marks().stream()
              .filter(this::isSpecial)
              .map(mark -> tokenizer().special(mark).getAsInt())
              .collect(Collectors.toSet());
      return new OpeningMask(masks, names(), marks, tokenizer()::bytes);
    }
    Triggers triggers =
        isSpecial(opening)
            ? new Triggers(Set.of(tokenizer().special(opening).getAsInt()), List.of())
            : new Triggers(Set.of(), ToolGrammar.openings(tools, calls));
    return new LazyMask(masks, triggers, After.END);
  }

  private boolean isSpecial(String mark) {
    return tokenizer().special(mark).isPresent();
  }

  private Tokenizer tokenizer() {
    return model.tokenizer();
  }
}
