package puna.chat;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/// One part of a message's content: text, reasoning, a tool call, or a tool's result.
///
/// More kinds may be added, such as images, so a `switch` over parts needs a `default`. Do not
/// implement it: messages accept only the kinds of this package.
public interface ContentPart {

  /// Text. Special tokens spelled out in it stay ordinary text.
  record Text(String text) implements ContentPart {
    public Text {
      requireNonNull(text, "text");
    }
  }

  /// What the model thought before it answered. It is not part of the message's text; it is the
  /// chat template that decides whether the model sees it again.
  record Reasoning(String text) implements ContentPart {
    public Reasoning {
      requireNonNull(text, "text");
    }
  }

  /// A tool call that the model asks for.
  record Call(ToolCall call) implements ContentPart {
    public Call {
      requireNonNull(call, "call");
    }
  }

  /// The result of a tool call: the one part of a tool's message.
  ///
  /// @param callId the id of the call that it answers, if known
  /// @param toolName the name of the tool, if known
  /// @param content text parts only; anything else is an `IllegalArgumentException`
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

    /// The text of the result, all its parts joined.
    public String text() {
      return ChatMessage.text(content);
    }
  }
}
