package puna.chat.format;

import java.util.List;
import java.util.Set;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.token.PromptPart;
import puna.token.Tokenizer;

/// The format of Zephyr and TinyLlama: each message is `<|role|>⏎content</s>⏎`, where the tag is
/// ordinary text and `</s>` is EOS.
final class ZephyrTemplate implements ChatTemplate {
  private static final List<String> TAGS = List.of("<|system|>", "<|user|>", "<|assistant|>");

  private final Tokenizer tokenizer;
  private final Bos bos;
  private final ConversationRules rules = new ConversationRules("zephyr");

  ZephyrTemplate(Tokenizer tokenizer, Bos bos) {
    this.tokenizer = tokenizer;
    this.bos = bos;
  }

  @Override
  public String name() {
    return rules.format();
  }

  @Override
  public List<PromptPart> render(PromptRequest request) {
    List<ChatMessage> messages = rules.plainMessages(request);
    rules.refuseRole(messages, Role.TOOL, 0, "this format has no tool messages");
    messages = rules.withoutMarks(messages, textMarks());
    PromptBuilder prompt = bos.open(tokenizer);
    for (ChatMessage message : messages) {
      prompt.mark(tag(message.role())).text("\n" + message.text()).eos().text("\n");
    }
    return prompt.mark(tag(Role.ASSISTANT)).text("\n").build();
  }

  @Override
  public Set<String> marks() {
    return Set.copyOf(TAGS);
  }

  @Override
  public TextMarks textMarks() {
    return TextMarks.of(tokenizer, TAGS);
  }

  @Override
  public Set<String> stopTokens() {
    return Set.of();
  }

  private static String tag(Role role) {
    return "<|" + ConversationRules.name(role) + "|>";
  }
}
