package puna.server.ollama;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.OpenAiJson;
import puna.chat.ToolCall;
import puna.json.JsonValue.JsonObject;
import puna.server.wire.Failure;
import puna.server.wire.Fields;

/// The messages of a chat request.
final class MessageFields {
  private final List<ToolCall> open = new ArrayList<>(); // calls without a result yet, in order

  private MessageFields() {}

  /// All of them; none where the request has none.
  static List<ChatMessage> read(Fields request) {
    MessageFields reader = new MessageFields();
    return request.objects("messages").stream().map(reader::message).toList();
  }

  private ChatMessage message(Fields fields) {
    AnswerFields.requireNoImages(fields);
    String role = fields.requiredText("role");
    return switch (role.toLowerCase(Locale.ROOT)) {
      case "system", "developer" -> ChatMessage.of(Role.SYSTEM, text(fields));
      case "user" -> ChatMessage.of(Role.USER, text(fields));
      case "assistant" -> assistant(fields);
      case "tool" -> result(fields);
      default ->
          throw Failure.invalid(
              fields.path("role"),
              "%s: must be system, user, assistant or tool, found %s"
                  .formatted(fields.path("role"), role));
    };
  }

  /// Beside calls clients leave it out.
  private static String text(Fields fields) {
    return fields.text("content").orElse("");
  }

  private ChatMessage assistant(Fields fields) {
    List<ContentPart> parts = new ArrayList<>();
    fields
        .text("thinking")
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> parts.add(new ContentPart.Reasoning(text)));
    String text = text(fields);
    List<Fields> calls = fields.objects("tool_calls");
    if (!text.isEmpty() || calls.isEmpty()) {
      parts.add(new ContentPart.Text(text));
    }
    open.clear();
    for (Fields call : calls) {
      ToolCall read = call(call);
      open.add(read);
      parts.add(new ContentPart.Call(read));
    }
    return ChatMessage.of(Role.ASSISTANT, parts);
  }

  private static ToolCall call(Fields call) {
    Fields function =
        call.object("function")
            .orElseThrow(
                () -> Failure.missing(call.path("function"), "the called function is needed"));
    String name = function.requiredText("name");
    JsonObject arguments = OpenAiJson.arguments(function.at("arguments"));
    Optional<String> id = call.text("id").filter(text -> !text.isEmpty());
    return id.isPresent() ? ToolCall.of(id.get(), name, arguments) : ToolCall.of(name, arguments);
  }

  /// A result belongs to the call that it names by id or by tool, else to the first one that has
  /// none yet: some clients name neither.
  private ChatMessage result(Fields fields) {
    Optional<String> id = fields.text("tool_call_id").filter(text -> !text.isEmpty());
    Optional<String> name =
        fields.text("tool_name").or(() -> fields.text("name")).filter(text -> !text.isEmpty());
    Optional<ToolCall> call =
        open.stream()
            .filter(known -> id.isEmpty() || known.id().equals(id))
            .filter(known -> id.isPresent() || name.isEmpty() || known.name().equals(name.get()))
            .findFirst();
    call.ifPresent(open::remove);
    return ChatMessage.of(
        Role.TOOL,
        List.of(
            new ContentPart.Result(
                id.or(() -> call.flatMap(ToolCall::id)),
                name.or(() -> call.map(ToolCall::name)),
                List.of(new ContentPart.Text(text(fields))))));
  }
}
