package puna.chat.format;

import java.util.List;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.token.PromptPart;
import puna.token.Tokenizer;

/// The format of Llama 2 Chat and Code Llama Instruct: `<s>[INST] <<SYS>>⏎system⏎<</SYS>>⏎⏎user
/// [/INST] assistant </s><s>[INST] user [/INST]`.
///
/// The tags are ordinary text. Source: Meta's `llama/generation.py`.
final class Llama2Template extends TaggedTemplate {
  private static final List<String> TAGS = List.of("[INST]", "[/INST]", "<<SYS>>", "<</SYS>>");

  Llama2Template(Tokenizer tokenizer) {
    super(tokenizer, "llama2", TAGS);
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

  private static String systemBlock(ChatMessage system) {
    return "<<SYS>>\n" + system.text() + "\n<</SYS>>\n\n";
  }
}
