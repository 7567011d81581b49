package puna.server.openai;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.ChatOptions;
import puna.ResponseFormat;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.OpenAiJson;
import puna.chat.ToolCall;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonString;
import puna.server.wire.Failure;
import puna.server.wire.Fields;
import puna.server.work.AnswerTerms;
import puna.server.work.ChatTask;
import puna.server.work.SamplingFields;

/// A request of the Responses API.
final class ResponseFields {
  private final Fields request;
  private final List<ChatMessage> messages = new ArrayList<>();
  private final Map<String, String> toolNames = new HashMap<>(); // by the ids of their calls

  private ResponseFields(Fields request) {
    this.request = request;
  }

  static ChatTask read(Fields request, String caller) {
    ResponseFields reader = new ResponseFields(request);
    reader.requireSupported();
    String model = request.requiredText("model");
    ChatOptions options =
        ChatOptions.defaults()
            .withSampling(SamplingFields.read(request, ChatFields.MOST_TEMPERATURE))
            .withMaxTokens(ChatFields.mostTokens(request, "max_output_tokens"));
    options = AnswerTerms.onBehalfOf(options, caller);
    options = ToolFields.readKnown(request, options);
    Optional<ResponseFormat> format =
        request.object("text").flatMap(text -> FormatFields.read(text, "format"));
    options = format.isPresent() ? options.withFormat(format.get()) : options;
    options = ChatFields.history(request, options);
    Optional<String> effort = request.object("reasoning").flatMap(r -> r.text("effort"));
    if (effort.isPresent()) {
      options = options.withVariables(Map.of("reasoning_effort", new JsonString(effort.get())));
    }
    reader.instructions();
    reader.input();
    return new ChatTask(model, reader.messages, options, 1);
  }

  private void requireSupported() {
    if (request.has("previous_response_id")) {
      throw Failure.of(Failure.Kind.INVALID, "this server keeps no responses: send the whole input")
          .at("previous_response_id")
          .withCode("previous_response_not_found");
    }
    for (String name : List.of("conversation", "prompt")) {
      if (request.has(name)) {
        throw Failure.invalid(name, name + ": this server keeps none")
            .withCode("unsupported_parameter");
      }
    }
    if (request.isSet("background")) {
      throw Failure.unsupported("background", "background: this server answers at once");
    }
    Optional<Fields> _ = request.object("metadata"); // they are told in the response
    Optional<String> _ = request.text("user");
  }

  private void instructions() {
    request
        .text("instructions")
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> messages.add(ChatMessage.system(text)));
  }

  private void input() {
    JsonValue input =
        request
            .value("input")
            .orElseThrow(() -> Failure.missing("input", "a text or an array of items is needed"));
    switch (input) {
      case JsonString(String text) -> messages.add(ChatMessage.user(text));
      case JsonArray _ -> request.objects("input").forEach(this::item);
      default ->
          throw Failure.wrongType("input", "a text or an array of items", Fields.kind(input));
    }
    if (messages.isEmpty()) {
      throw Failure.invalid("input", "input: must not be empty");
    }
  }

  private void item(Fields item) {
    String type = item.text("type").orElse("message");
    switch (type) {
      case "message" -> message(item);
      case "function_call" -> call(item);
      case "function_call_output" -> result(item);
      case "reasoning" -> {} // of an earlier answer; no template asks for it again
      default ->
          throw Failure.unsupported(
              item.path("type"),
              "%s: this server knows message, function_call, function_call_output and reasoning,"
                      .formatted(item.path("type"))
                  + " found "
                  + type);
    }
  }

  private void message(Fields item) {
    String role = item.requiredText("role");
    if (!role.equals("assistant")) {
      requireContent(item, "content");
    }
    List<ContentPart> parts = OpenAiJson.parts(item.at("content"));
    switch (role) {
      case "system", "developer" -> messages.add(ChatMessage.of(Role.SYSTEM, parts));
      case "user" -> messages.add(ChatMessage.of(Role.USER, parts));
      case "assistant" -> assistant(parts);
      default ->
          throw Failure.invalid(
              item.path("role"),
              "%s: must be system, developer, user or assistant, found %s"
                  .formatted(item.path("role"), role));
    }
  }

  private static void requireContent(Fields item, String name) {
    if (!item.has(name)) {
      throw Failure.missing(item.path(name), "a text or an array of parts is needed");
    }
  }

  /// Texts and calls that follow each other are one message of the assistant's.
  private void assistant(List<ContentPart> parts) {
    if (!messages.isEmpty() && messages.getLast().role() == Role.ASSISTANT) {
      List<ContentPart> all = new ArrayList<>(messages.removeLast().content());
      all.addAll(parts);
      messages.add(ChatMessage.of(Role.ASSISTANT, all));
    } else {
      messages.add(ChatMessage.of(Role.ASSISTANT, parts));
    }
  }

  private void call(Fields item) {
    String id = item.requiredText("call_id");
    String name = item.requiredText("name");
    toolNames.put(id, name);
    assistant(
        List.of(
            new ContentPart.Call(
                ToolCall.of(id, name, OpenAiJson.arguments(item.at("arguments"))))));
  }

  private void result(Fields item) {
    String id = item.requiredText("call_id");
    requireContent(item, "output");
    messages.add(
        ChatMessage.of(
            Role.TOOL,
            List.of(
                new ContentPart.Result(
                    Optional.of(id),
                    Optional.ofNullable(toolNames.get(id)),
                    OpenAiJson.parts(item.at("output"))))));
  }
}
