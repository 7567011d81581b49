package puna;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import puna.ChatOptions.Reasoning;
import puna.chat.ChatMessage;
import puna.chat.format.ChatTemplate;
import puna.chat.format.PromptRequest;
import puna.chat.format.PromptRequest.Opening;
import puna.chat.tools.ReasoningMask;
import puna.chat.tools.Thinking;
import puna.error.ChatTemplateException;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonBoolean;
import puna.token.PromptPart;
import puna.token.Tokenizer;

/// How a model thinks before it answers, and how its template switches that.
final class ReasoningSupport {
  /// Variables by which templates are told whether the model shall think.
  private static final List<String> SWITCHES = List.of("enable_thinking", "thinking");

  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> template;
  private final Thinking thinking;
  private volatile ReasoningMask.@Nullable Factory masks;
  private volatile @Nullable List<String> heard; // of the switches, those that change the prompt

  /// @param source the text of the template; empty where the model has none
  ReasoningSupport(Tokenizer tokenizer, Optional<ChatTemplate> template, String source) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.thinking = template.isPresent() ? Thinking.of(source) : Thinking.never();
  }

  /// As the template shows it; the prompt may change who begins.
  Thinking thinking() {
    return thinking;
  }

  /// Masks that let the model think; they share what they know of the vocabulary.
  ReasoningMask.Factory masks() {
    ReasoningMask.Factory known = masks;
    if (known == null) {
      known = ReasoningMask.factory(tokenizer, thinking, endsAnswer());
      masks = known;
    }
    return known;
  }

  private IntPredicate endsAnswer() {
    List<Integer> stops =
        template.stream()
            .flatMap(known -> known.stopTokens().stream())
            .flatMap(token -> tokenizer.special(token).stream().boxed())
            .toList();
    return id -> tokenizer.isEndOfGeneration(id) || stops.contains(id);
  }

  /// The template's variable that switches reasoning so.
  ///
  /// @throws IllegalArgumentException when the model cannot be told
  Map<String, JsonValue> variables(Reasoning wanted) {
    if (thinking.start() == Thinking.Start.NEVER) {
      if (wanted == Reasoning.OFF) {
        return Map.of();
      }
      throw new IllegalArgumentException(
          "reasoning must be off for this model: its chat template has no marks for it");
    }
    Optional<String> name = switchName();
    if (name.isPresent()) {
      return Map.of(name.get(), JsonBoolean.of(wanted == Reasoning.ON));
    }
    if (wanted == Reasoning.ON) {
      return Map.of();
    }
    throw new IllegalArgumentException(
        "reasoning cannot be turned off for this model: its chat template has no switch for it");
  }

  /// The variable that changes what the template prints; found out once.
  private Optional<String> switchName() {
    List<String> known = heard;
    if (known == null) {
      known = SWITCHES.stream().filter(this::isHeard).toList();
      heard = known;
    }
    return known.stream().findFirst();
  }

  private boolean isHeard(String name) {
    return !rendered(Map.of(name, JsonBoolean.TRUE))
        .equals(rendered(Map.of(name, JsonBoolean.FALSE)));
  }

  // What templates can be told is written nowhere but in their code: it is found out by trying.
  private List<PromptPart> rendered(Map<String, JsonValue> variables) {
    try {
      return template
          .orElseThrow()
          .render(
              new PromptRequest(
                  List.of(ChatMessage.user("?")), List.of(), variables, Opening.ASSISTANT));
    } catch (ChatTemplateException _) {
      return List.of();
    }
  }
}
