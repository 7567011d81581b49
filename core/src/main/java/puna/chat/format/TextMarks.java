package puna.chat.format;

import java.util.List;
import java.util.Optional;
import puna.chat.ChatMessage;
import puna.chat.ContentPart;
import puna.token.Tokenizer;

/// Marks of a chat format that are ordinary text in a vocabulary, such as `[INST]`: in a message
/// the model could not tell them from the real ones.
public record TextMarks(List<String> marks) {
  static final TextMarks NONE = new TextMarks(List.of());

  public TextMarks {
    marks = List.copyOf(marks);
  }

  /// Those of a format's marks that the vocabulary has no token for.
  static TextMarks of(Tokenizer tokenizer, List<String> marks) {
    return new TextMarks(marks.stream().filter(mark -> tokenizer.special(mark).isEmpty()).toList());
  }

  /// The first of the marks that a text holds.
  Optional<String> in(String text) {
    return marks.stream().filter(text::contains).findFirst();
  }

  /// A text whose marks have a space behind their first character: still to be read, and no mark.
  public String brokenUp(String text) {
    String broken = text;
    for (String mark : marks) {
      broken = broken.replace(mark, mark.charAt(0) + " " + mark.substring(1));
    }
    return broken;
  }

  /// A tool's message with its marks broken up; any other as it is.
  public ChatMessage brokenUp(ChatMessage message) {
    Optional<ContentPart.Result> found = message.toolResult();
    if (found.isEmpty() || in(message.text()).isEmpty()) {
      return message;
    }
    ContentPart.Result result = found.get();
    return ChatMessage.of(
        message.role(),
        List.of(
            new ContentPart.Result(
                result.callId(),
                result.toolName(),
                List.of(new ContentPart.Text(brokenUp(result.text()))))));
  }
}
