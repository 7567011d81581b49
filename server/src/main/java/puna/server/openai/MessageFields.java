package puna.server.openai;

import java.util.List;
import puna.chat.ChatMessage;
import puna.chat.OpenAiJson;
import puna.json.JsonPlace;
import puna.json.JsonValue.JsonString;
import puna.server.wire.Failure;
import puna.server.wire.Fields;

/// The messages of a chat request.
final class MessageFields {
  private static final JsonString USER = new JsonString("user");

  private MessageFields() {}

  static List<ChatMessage> read(Fields request) {
    if (!request.has("messages")) {
      throw Failure.missing("messages", "an array of messages is needed");
    }
    List<JsonPlace> all = request.places("messages");
    if (all.isEmpty()) {
      throw Failure.invalid("messages", "messages: there must be at least one, found none");
    }
    all.forEach(MessageFields::requireContent);
    return OpenAiJson.messages(all);
  }

  private static void requireContent(JsonPlace message) {
    JsonPlace content = message.get("content");
    if (content.isAbsent() && message.get("role").value().equals(USER)) {
      throw content.wrongKind("must be a string or an array of parts");
    }
  }
}
