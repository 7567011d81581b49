package puna.chat.format;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.token.PromptPart;
import puna.token.Tokenizer;

/// ChatML: each message is `<|im_start|>role⏎content<|im_end|>⏎`.
///
/// SmolLM2 adds a system message of its own where a conversation has none.
final class ChatMlTemplate implements ChatTemplate {
  static final String START = "<|im_start|>";
  static final String END = "<|im_end|>";

  private final Tokenizer tokenizer;
  private final Style style;
  private final ConversationRules rules = new ConversationRules("chatml");

  ChatMlTemplate(Tokenizer tokenizer, Style style) {
    this.tokenizer = tokenizer;
    this.style = style;
  }

  /// What the models of this format differ in.
  ///
  /// @param defaultSystem stands where a conversation does not begin with a system message
  record Style(Bos bos, Optional<String> defaultSystem) {}

  @Override
  public String name() {
    return rules.format();
  }

  @Override
  public List<PromptPart> render(PromptRequest request) {
    List<ChatMessage> messages = rules.withoutMarks(rules.plainMessages(request), textMarks());
    PromptBuilder prompt = style.bos().open(tokenizer);
    if (messages.getFirst().role() != Role.SYSTEM) {
      style.defaultSystem().ifPresent(system -> turn(prompt, "system", system));
    }
    for (ChatMessage message : messages) {
      turn(prompt, ConversationRules.name(message.role()), message.text());
    }
    return prompt.mark(START).text("assistant\n").build();
  }

  @Override
  public Set<String> marks() {
    return Set.of(START, END);
  }

  @Override
  public TextMarks textMarks() {
    return TextMarks.of(tokenizer, List.of(START, END));
  }

  @Override
  public Set<String> stopTokens() {
    return Set.of(END);
  }

  private static void turn(PromptBuilder prompt, String role, String content) {
    prompt.mark(START).text(role + "\n" + content).mark(END).text("\n");
  }
}
