package puna.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/// A part of a message. There will be more kinds, such as images: whoever switches over parts needs
/// a `default`. Only the kinds of this package have a meaning to a model; others are refused.
public interface ContentPart {

  /// Text. It can never turn into special tokens.
  record Text(String text) implements ContentPart {
    public Text {
      requireNonNull(text, "text");
    }
  }

  /// What an assistant thought before it answered. It is no part of the message's text; templates
  /// show it to the model again where they want it.
  record Reasoning(String text) implements ContentPart {
    public Reasoning {
      requireNonNull(text, "text");
    }
  }

  /// A call of a tool that an assistant asks for.
  record Call(ToolCall call) implements ContentPart {
    public Call {
      requireNonNull(call, "call");
    }
  }

  /// What a tool answered: all that a tool's message holds.
  ///
  /// @param callId the id of the call that it answers, where that is known
  /// @param toolName the tool that it comes from, where that is known
  /// @param content texts
  record Result(Optional<String> callId, Optional<String> toolName, List<ContentPart> content)
      implements ContentPart {
    public Result {
      requireNonNull(callId, "callId");
      requireNonNull(toolName, "toolName");
      content = List.copyOf(content);
      for (ContentPart part : content) {
        if (!(part instanceof Text)) {
          throw new IllegalArgumentException(
              "a tool's result must be of texts, found " + part.getClass().getSimpleName());
        }
      }
    }

    /// The texts of the result, one behind the other.
    public String text() {
      return ChatMessage.text(content);
    }
  }
}
