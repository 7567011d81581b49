package puna.server.anthropic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.ToolCall;
import puna.json.JsonValue.JsonObject;
import puna.server.wire.Failure;
import puna.server.wire.Fields;

/// The instructions and messages of a request.
final class ConversationFields {
  private final List<ChatMessage> messages = new ArrayList<>();
  private final Map<String, String> toolNames = new HashMap<>(); // by the ids of their calls

  private ConversationFields() {}

  static List<ChatMessage> read(Fields request) {
    ConversationFields reader = new ConversationFields();
    String system = String.join("", Blocks.texts(request, "system"));
    if (!system.isEmpty()) {
      reader.messages.add(ChatMessage.system(system));
    }
    if (!request.has("messages")) {
      throw Failure.missing("messages", "an array of messages is needed");
    }
    List<Fields> all = request.objects("messages");
    if (all.isEmpty()) {
      throw Failure.invalid("messages", "messages: there must be at least one, found none");
    }
    all.forEach(reader::message);
    return List.copyOf(reader.messages);
  }

  private void message(Fields message) {
    String role = message.requiredText("role");
    if (!message.has("content")) {
      throw Failure.missing(message.path("content"), "a string or an array of blocks is needed");
    }
    switch (role) {
      case "user" -> user(message);
      case "assistant" -> assistant(message);
      case "system" ->
          messages.add(ChatMessage.system(String.join("", Blocks.texts(message, "content"))));
      default ->
          throw Failure.invalid(
              message.path("role"),
              "%s: must be user, assistant or system, found %s"
                  .formatted(message.path("role"), role));
    }
  }

  /// Results of tools and words come in one message; the results answer what was said before, so
  /// they come first.
  private void user(Fields message) {
    List<ContentPart> words = new ArrayList<>();
    boolean hasResults = false;
    for (Fields block : Blocks.of(message, "content")) {
      if (Blocks.type(block).equals("tool_result")) {
        messages.add(result(block));
        hasResults = true;
      } else {
        Blocks.textsOf(block).forEach(text -> words.add(new ContentPart.Text(text)));
      }
    }
    if (!words.isEmpty() || !hasResults) {
      messages.add(ChatMessage.of(Role.USER, words));
    }
  }

  private ChatMessage result(Fields block) {
    String id = CallIds.own(block.requiredText("tool_use_id"));
    List<ContentPart> parts = new ArrayList<>();
    if (block.isSet("is_error")) {
      parts.add(new ContentPart.Text("Error: "));
    }
    Blocks.texts(block, "content").forEach(text -> parts.add(new ContentPart.Text(text)));
    Optional<String> tool = Optional.ofNullable(toolNames.get(id));
    return ChatMessage.of(Role.TOOL, List.of(new ContentPart.Result(Optional.of(id), tool, parts)));
  }

  private void assistant(Fields message) {
    List<ContentPart> parts = new ArrayList<>();
    for (Fields block : Blocks.of(message, "content")) {
      switch (Blocks.type(block)) {
        case "tool_use" -> parts.add(new ContentPart.Call(call(block)));
        case "thinking" ->
            block
                .text("thinking")
                .filter(text -> !text.isEmpty())
                .ifPresent(text -> parts.add(new ContentPart.Reasoning(text)));
        case "redacted_thinking" -> {} // nobody but its server can read it
        default -> Blocks.textsOf(block).forEach(text -> parts.add(new ContentPart.Text(text)));
      }
    }
    boolean goesOn = !messages.isEmpty() && messages.getLast().role() == Role.ASSISTANT;
    if (goesOn) {
      parts.addAll(0, messages.removeLast().content());
    }
    messages.add(ChatMessage.of(Role.ASSISTANT, parts));
  }

  private ToolCall call(Fields block) {
    String id = CallIds.own(block.requiredText("id"));
    String name = block.requiredText("name");
    JsonObject input =
        block.object("input").map(Fields::json).orElseGet(() -> JsonObject.builder().build());
    toolNames.put(id, name);
    return ToolCall.of(id, name, input);
  }
}
