package puna.chat.format;

import java.util.List;
import java.util.Set;
import puna.chat.ChatMessage;
import puna.error.ChatTemplateException;
import puna.token.PromptPart;

/// Messages to the prompt that a model was trained on.
public interface ChatTemplate {
  /// A name for people, such as `chatml`.
  String name();

  /// The prompt of a conversation. It says itself whether it starts with BOS.
  ///
  /// @throws ChatTemplateException when the format cannot express the conversation
  List<PromptPart> render(PromptRequest request);

  /// The prompt of a conversation without tools, ready for the assistant's next answer.
  ///
  /// @throws ChatTemplateException when the format cannot express the conversation
  default List<PromptPart> render(List<ChatMessage> messages) {
    return render(PromptRequest.of(messages));
  }

  /// Marks that the format's prompts are made of: no message may turn into one of their tokens,
  /// whatever kind the vocabulary gives it.
  default Set<String> marks() {
    return stopTokens();
  }

  /// Those of the format's marks that are ordinary text in the vocabulary: a message that holds one
  /// is refused.
  default TextMarks textMarks() {
    return TextMarks.NONE;
  }

  /// Special tokens that end the assistant's turn, by their text, beside the tokenizer's own.
  Set<String> stopTokens();
}
