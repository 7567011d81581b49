package puna;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import puna.ChatOptions.FormatHint;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolChoice;
import puna.chat.format.PromptRequest;
import puna.chat.format.PromptRequest.Opening;
import puna.chat.tools.OfferedNames;
import puna.chat.tools.OpeningMask;
import puna.chat.tools.RuleNames;
import puna.chat.tools.ToolCallParser;
import puna.chat.tools.ToolFormat;
import puna.chat.tools.ToolGrammar;
import puna.chat.tools.ToolUse;
import puna.grammar.GbnfParser;
import puna.grammar.Grammar;
import puna.grammar.GrammarMasks;
import puna.grammar.Grammars;
import puna.grammar.LazyMask;
import puna.grammar.LazyMask.After;
import puna.grammar.LazyMask.Triggers;
import puna.grammar.TokenMask;
import puna.grammar.schema.JsonSchemaCompiler;
import puna.token.Tokenizer;

/// How one conversation is put to a model and what its answer is bound to.
final class AnswerPlan {
  private final LoadedModel model;
  private final ChatOptions options;
  private final ToolUse tools;
  private final ToolFormat calls;

  AnswerPlan(LoadedModel model, ChatOptions options) {
    this.model = model;
    this.options = options;
    this.tools = options.toolUse();
    this.calls = model.tools().format();
  }

  PromptRequest request(List<ChatMessage> messages) {
    return model
        .tools()
        .request(
            new PromptRequest(
                hinted(messages), tools.shown(), options.variables(), Opening.ASSISTANT));
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

  /// The marks of calls that are special tokens of the vocabulary.
  Set<String> specialMarks() {
    return calls.marks().stream().filter(this::isSpecial).collect(Collectors.toSet());
  }

  /// The same by their ids; none where there are no tools.
  Map<Integer, String> markIds() {
    return hasTools()
        ? specialMarks().stream()
            .collect(Collectors.toMap(mark -> tokenizer().special(mark).getAsInt(), mark -> mark))
        : Map.of();
  }

  ToolCallParser parser(Supplier<String> ids) {
    OfferedNames offered = OfferedNames.of(tools.shown().stream().map(Tool::name).toList());
    return new ToolCallParser(calls, offered, specialMarks(), ids);
  }

  /// What an answer is bound to; a mask of its own for each answer.
  Optional<TokenMask> mask() {
    if (!hasTools()) {
      return formatMask(model.grammars(), format());
    }
    record Key(ToolUse tools, ResponseFormat format) {}
    boolean free =
        format().kind() == ResponseFormat.Kind.TEXT && tools.choice() instanceof ToolChoice.Auto;
    boolean mustCall = !(tools.choice() instanceof ToolChoice.Auto);
    GrammarMasks masks =
        model
            .grammars()
            .masks(
                new Key(tools, format()),
                () -> {
                  Grammar call = ToolGrammar.of(tools, calls, this::isSpecial);
                  return free || mustCall
                      ? call
                      : RuleNames.either(call, grammar(format()).orElseThrow());
                });
    return Optional.of(free ? lazy(masks) : masks.mask());
  }

  static Optional<TokenMask> formatMask(GrammarCache grammars, ResponseFormat format) {
    return format.kind() == ResponseFormat.Kind.TEXT
        ? Optional.empty()
        : Optional.of(
            grammars.masks(format, () -> AnswerPlan.grammar(format).orElseThrow()).mask());
  }

  private TokenMask lazy(GrammarMasks masks) {
    String opening = ToolGrammar.opening(calls);
    if (opening.length() == 1) {
      Set<Integer> marks =
          specialMarks().stream()
              .map(mark -> tokenizer().special(mark).getAsInt())
              .collect(Collectors.toSet());
      return new OpeningMask(masks, opening.charAt(0), marks, tokenizer()::bytes);
    }
    Triggers triggers =
        isSpecial(opening)
            ? new Triggers(Set.of(tokenizer().special(opening).getAsInt()), List.of())
            : new Triggers(Set.of(), List.of(opening));
    return new LazyMask(masks, triggers, After.END);
  }

  private static Optional<Grammar> grammar(ResponseFormat format) {
    return switch (format.kind()) {
      case TEXT -> Optional.empty();
      case JSON_OBJECT -> Optional.of(JsonSchemaCompiler.anyObject());
      case JSON_SCHEMA -> Optional.of(JsonSchemaCompiler.compile(format.schema()));
      case GRAMMAR -> Optional.of(GbnfParser.parse(format.rule()));
      case REGEX -> Optional.of(Grammars.regex(format.rule()));
      case CHOICES -> Optional.of(Grammars.choice(format.texts()));
    };
  }

  private boolean isSpecial(String mark) {
    return tokenizer().special(mark).isPresent();
  }

  private Tokenizer tokenizer() {
    return model.tokenizer();
  }
}
