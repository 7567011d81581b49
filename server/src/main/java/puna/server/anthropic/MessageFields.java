package puna.server.anthropic;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.ChatOptions;
import puna.ChatOptions.LastMessage;
import puna.JsonOptions;
import puna.ResponseFormat;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonString;
import puna.server.wire.Failure;
import puna.server.wire.Fields;
import puna.server.work.AnswerTerms;
import puna.server.work.ChatTask;
import puna.server.work.JsonForms;
import puna.server.work.SamplingFields;

/// A request for a message. Fields that it does not know are ignored, and so are names of betas:
/// clients bring new ones with each version.
final class MessageFields {
  private static final double MOST_TEMPERATURE = 2;

  private MessageFields() {}

  /// What it asks for.
  ///
  /// @param caller on whose behalf; empty for anybody's
  static MessageTask read(Fields request, String caller) {
    int most =
        request
            .integer("max_tokens", 0, Integer.MAX_VALUE)
            .orElseThrow(() -> Failure.missing("max_tokens", "an integer is needed"));
    return read(request, caller, most);
  }

  /// The same of a request whose tokens are counted alone.
  static MessageTask readForCounting(Fields request) {
    return read(request, "", 0);
  }

  private static MessageTask read(Fields request, String caller, int most) {
    String model = request.requiredText("model");
    ChatOptions options =
        ChatOptions.defaults()
            .withSampling(SamplingFields.read(request, MOST_TEMPERATURE))
            .withMaxTokens(most);
    options = AnswerTerms.stopping(options, request.texts("stop_sequences"));
    options = AnswerTerms.onBehalfOf(options, caller);
    options = ToolFields.read(request, options);
    Optional<ResponseFormat> format = format(request, JsonForms.within(most));
    options = format.isPresent() ? options.withFormat(format.get()) : options;
    Optional<String> effort = request.object("output_config").flatMap(o -> o.text("effort"));
    options =
        effort.isPresent()
            ? options.withVariables(Map.of("reasoning_effort", new JsonString(effort.get())))
            : options;
    Thinking thinking = Thinking.read(request);
    List<ChatMessage> messages = ConversationFields.read(request);
    options = goingOn(messages, options);
    return new MessageTask(new ChatTask(model, messages, options, 1), thinking);
  }

  /// Words of the assistant at the end are the beginning of the answer.
  private static ChatOptions goingOn(List<ChatMessage> messages, ChatOptions options) {
    ChatMessage last = messages.getLast();
    if (last.role() != Role.ASSISTANT) {
      return options;
    }
    if (!last.toolCalls().isEmpty()) {
      throw Failure.invalid(
          "messages",
          "messages: a tool_use at the end needs its tool_result behind it, found none");
    }
    if (messages.size() == 1) {
      throw Failure.invalid(
          "messages", "messages: there must be one that is not the assistant's, found none");
    }
    if (options.format().isPresent()) {
      throw Failure.invalid(
          "messages",
          "messages: an answer with output_config.format cannot go on with the assistant's words");
    }
    return options.withLastMessage(LastMessage.CONTINUE);
  }

  /// The field of the answer's form; in older betas it stands by itself.
  private static Optional<Fields> formatField(Fields request) {
    return request
        .object("output_config")
        .flatMap(output -> output.object("format"))
        .or(() -> request.object("output_format"));
  }

  /// The path of the answer's schema, where a request has one.
  static Optional<String> schemaPath(Fields request) {
    return formatField(request).map(format -> format.path("schema"));
  }

  /// The same for an answer that may be cut off before its form is complete.
  static ChatTask cutWhereItMustBe(Fields request, ChatTask task) {
    Optional<ResponseFormat> format = format(request, JsonForms.plain());
    return format.isEmpty()
        ? task
        : new ChatTask(
            task.model(), task.messages(), task.options().withFormat(format.get()), task.answers());
  }

  private static Optional<ResponseFormat> format(Fields request, JsonOptions options) {
    return formatField(request).map(format -> formatOf(format, options));
  }

  private static ResponseFormat formatOf(Fields format, JsonOptions options) {
    String type = format.requiredText("type");
    if (!type.equals("json_schema")) {
      throw Failure.invalid(
          format.path("type"),
          "%s: must be json_schema, found %s".formatted(format.path("type"), type));
    }
    String path = format.path("schema");
    JsonValue schema =
        format.value("schema").orElseThrow(() -> Failure.missing(path, "a JSON Schema is needed"));
    try {
      return ResponseFormat.jsonSchema(schema, options);
    } catch (IllegalArgumentException e) {
      throw Failure.invalid(path, path + ": " + e.getMessage());
    }
  }
}
