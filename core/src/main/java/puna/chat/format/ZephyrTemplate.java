package puna.chat.format;

import java.util.List;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.token.PromptPart;
import puna.token.Tokenizer;

/// The format of Zephyr and TinyLlama: each message is `<|role|>⏎content</s>⏎`, where the tag is
/// ordinary text and `</s>` is EOS.
final class ZephyrTemplate extends TaggedTemplate {
  private static final List<String> TAGS = List.of("<|system|>", "<|user|>", "<|assistant|>");

  private final Bos bos;

  ZephyrTemplate(Tokenizer tokenizer, Bos bos) {
    super(tokenizer, "zephyr", TAGS);
    this.bos = bos;
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

  private static String tag(Role role) {
    return "<|" + ConversationRules.name(role) + "|>";
  }
}
