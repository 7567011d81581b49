package puna.chat.format;

import java.util.List;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.token.PromptPart;
import puna.token.Tokenizer;

/// The formats of Mistral Instruct: BOS, then `[INST] user [/INST] assistant</s>` in spacings that
/// differ by version.
final class MistralTemplate extends TaggedTemplate {
  private static final List<String> TAGS = List.of("[INST]", "[/INST]");

  private final Version version;

  MistralTemplate(Tokenizer tokenizer, Version version) {
    super(tokenizer, version.format, TAGS);
    this.version = version;
  }

  /// The spacing around the tags, and where a system message goes.
  enum Version {
    /// v0.1 and v0.2 as first published.
    EARLY("mistral-early", "[INST] ", " [/INST]", "", SystemPlace.NONE),
    V1("mistral-v1", " [INST] ", " [/INST]", " ", SystemPlace.FIRST_USER),
    V3("mistral-v3", "[INST] ", "[/INST]", " ", SystemPlace.LAST_USER),
    /// v3 with the Tekken vocabulary.
    V3_TEKKEN("mistral-v3-tekken", "[INST]", "[/INST]", "", SystemPlace.LAST_USER);

    private final String format;
    private final String opening;
    private final String closing;
    private final String beforeAnswer;
    private final SystemPlace system;

    Version(
        String format, String opening, String closing, String beforeAnswer, SystemPlace system) {
      this.format = format;
      this.opening = opening;
      this.closing = closing;
      this.beforeAnswer = beforeAnswer;
      this.system = system;
    }
  }

  private enum SystemPlace {
    NONE,
    FIRST_USER,
    LAST_USER
  }

  @Override
  public List<PromptPart> render(PromptRequest request) {
    List<ChatMessage> messages = rules.plainMessages(request);
    int first = messages.getFirst().role() == Role.SYSTEM ? 1 : 0;
    check(messages, first);
    messages = rules.withoutMarks(messages, textMarks());
    PromptBuilder prompt = new PromptBuilder(tokenizer).bos();
    for (int i = first; i < messages.size(); i++) {
      String content = messages.get(i).text();
      if (messages.get(i).role() == Role.ASSISTANT) {
        prompt.text(version.beforeAnswer + content).eos();
      } else {
        String system =
            first == 1 && i == systemTurn(messages) ? messages.getFirst().text() + "\n\n" : "";
        tag(prompt, version.opening).text(system + content);
        tag(prompt, version.closing);
      }
    }
    return prompt.build();
  }

  private void check(List<ChatMessage> messages, int first) {
    if (version.system == SystemPlace.NONE) {
      rules.refuseRole(
          messages,
          Role.SYSTEM,
          0,
          "this format has no system messages; put the instruction into the first user message");
    }
    rules.refuseRole(messages, Role.SYSTEM, first, "a system message can only be the first one");
    rules.refuseRole(messages, Role.TOOL, 0, "tool messages need the model's own template");
    rules.requireAlternation(messages, first);
  }

  private int systemTurn(List<ChatMessage> messages) {
    return version.system == SystemPlace.FIRST_USER ? 1 : messages.size() - 1;
  }

  /// A tag with the spaces around it; the spaces are text where the tag is a special token.
  private static PromptBuilder tag(PromptBuilder prompt, String spaced) {
    String tag = spaced.strip();
    int start = spaced.indexOf(tag);
    return prompt
        .text(spaced.substring(0, start))
        .mark(tag)
        .text(spaced.substring(start + tag.length()));
  }
}
