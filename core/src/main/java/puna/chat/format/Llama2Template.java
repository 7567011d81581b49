package puna.chat.format;

import java.util.List;
import java.util.Set;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.token.PromptPart;
import puna.token.Tokenizer;

/// The format of Llama 2 Chat and Code Llama Instruct: `<s>[INST] <<SYS>>⏎system⏎<</SYS>>⏎⏎user
/// [/INST] assistant </s><s>[INST] user [/INST]`.
///
/// The tags are ordinary text. Source: Meta's `llama/generation.py`.
final class Llama2Template implements ChatTemplate {
  private static final List<String> TAGS = List.of("[INST]", "[/INST]", "<<SYS>>", "<</SYS>>");

  private final Tokenizer tokenizer;
  private final ConversationRules rules = new ConversationRules("llama2");

  Llama2Template(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  @Override
  public String name() {
    return rules.format();
  }

  @Override
  public List<PromptPart> render(PromptRequest request) {
    List<ChatMessage> messages = rules.plainMessages(request);
    boolean hasSystem = messages.getFirst().role() == Role.SYSTEM;
    int first = hasSystem ? 1 : 0;
    rules.refuseRole(messages, Role.SYSTEM, first, "a system message can only be the first one");
    rules.refuseRole(messages, Role.TOOL, 0, "this format has no tool messages");
    rules.requireAlternation(messages, first);
    messages = rules.withoutMarks(messages, textMarks());
    PromptBuilder prompt = new PromptBuilder(tokenizer);
    for (int i = first; i < messages.size(); i++) {
      String content = messages.get(i).text();
      if (messages.get(i).role() == Role.ASSISTANT) {
        prompt.text(" " + PythonText.strip(content) + " ").eos();
      } else {
        String system = hasSystem && i == first ? systemBlock(messages.getFirst()) : "";
        prompt.bos().text("[INST] " + PythonText.strip(system + content) + " [/INST]");
      }
    }
    return prompt.build();
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

  private static String systemBlock(ChatMessage system) {
    return "<<SYS>>\n" + system.text() + "\n<</SYS>>\n\n";
  }
}
