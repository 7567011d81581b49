package puna;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.json.Json;

/// What a model is told of the format that its answer is bound to.
final class FormatHints {
  private FormatHints() {}

  /// The conversation with the hint behind the text of the user's last message; unchanged where the
  /// format has no hint, or the user has not spoken.
  static List<ChatMessage> behindLastQuestion(List<ChatMessage> messages, ResponseFormat format) {
    Optional<String> hint = hint(format);
    int last = messages.size() - 1;
    while (last >= 0 && messages.get(last).role() != Role.USER) {
      last--;
    }
    if (hint.isEmpty() || last < 0) {
      return messages;
    }
    List<ContentPart> parts = new ArrayList<>(messages.get(last).content());
    parts.add(new ContentPart.Text("\n\n" + hint.get()));
    List<ChatMessage> hinted = new ArrayList<>(messages);
    hinted.set(last, ChatMessage.of(Role.USER, parts));
    return hinted;
  }

  private static Optional<String> hint(ResponseFormat format) {
    return switch (format.kind()) {
      case JSON_SCHEMA ->
          Optional.of("Answer with JSON of this schema:\n" + Json.write(format.schema()));
      case JSON_OBJECT -> Optional.of("Answer with a JSON object.");
      case CHOICES -> Optional.of("Answer with one of: " + String.join(", ", format.texts()));
      case TEXT, GRAMMAR, REGEX -> Optional.empty();
    };
  }
}
