package puna.server.openai;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import puna.ChatAnswer;
import puna.FinishReason;
import puna.error.GrammarException;
import puna.json.JsonValue.JsonObject;
import puna.server.models.ModelLease;
import puna.server.wire.Call;
import puna.server.wire.Endpoint;
import puna.server.wire.Failures;
import puna.server.wire.Fields;
import puna.server.wire.Ids;
import puna.server.wire.StreamedReply;
import puna.server.work.Answering;
import puna.server.work.ChatTask;
import puna.server.work.Conversations;
import puna.server.work.ModelDesk;

/// `POST /v1/responses`. No response is kept: each request brings its whole input.
final class ResponsesEndpoint implements Endpoint {
  private final ModelDesk desk;
  private final Ids ids;
  private final Clock clock;

  ResponsesEndpoint(ModelDesk desk, Ids ids, Clock clock) {
    this.desk = desk;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public void serve(Call call, String rest) {
    Fields request = call.fields();
    ChatTask task = ResponseFields.read(request, call.caller());
    ResponseJson json =
        new ResponseJson(request, ids.next("resp_"), clock.instant().getEpochSecond());
    AtomicLong number = new AtomicLong();
    if (request.isSet("stream")) {
      StreamedReply.run(
          call,
          "text/event-stream",
          reply -> stream(call, request, new Asked(task, json, number), reply),
          (reply, failure) ->
              reply.event(
                  "error",
                  JsonObject.builder()
                      .put("type", "error")
                      .put("sequence_number", number.get())
                      .putOrNull("code", failure.code())
                      .put("message", failure.getMessage())
                      .putOrNull("param", failure.path())
                      .build()));
      return;
    }
    try (ModelLease lease = desk.lease(call, task.model());
        ChatAnswer answer = start(lease, task, request)) {
      ResponseEvents events = new ResponseEvents(answer, null, ids, number);
      Answering.stream(call, List.of(answer), events);
      call.reply(200, whole(json, events, answer));
    }
  }

  /// @param number of the next event
  private record Asked(ChatTask task, ResponseJson json, AtomicLong number) {}

  private void stream(Call call, Fields request, Asked asked, StreamedReply reply) {
    ResponseJson json = asked.json();
    try (ModelLease lease =
            desk.lease(call, asked.task().model(), () -> ChatChunks.comment(reply));
        ChatAnswer answer = start(lease, asked.task(), request)) {
      ResponseEvents events = new ResponseEvents(answer, reply, ids, asked.number());
      JsonObject begun = json.of("in_progress", List.of(), null, Optional.empty());
      events.response("response.created", begun);
      events.response("response.in_progress", begun);
      reply.flush();
      Answering.stream(call, List.of(answer), events);
      events.response(
          "response." + ResponseJson.status(events.reason()), whole(json, events, answer));
    }
  }

  private static JsonObject whole(ResponseJson json, ResponseEvents events, ChatAnswer answer) {
    FinishReason reason = events.reason();
    JsonObject all =
        json.of(
            ResponseJson.status(reason),
            events.output(),
            answer.usage(),
            ResponseJson.incomplete(reason));
    return answer.dropped().isEmpty()
        ? all
        : all.toBuilder().put("dropped_messages", answer.dropped().size()).build();
  }

  private static ChatAnswer start(ModelLease lease, ChatTask task, Fields request) {
    try {
      return Conversations.start(lease.llama(), task).get(0);
    } catch (GrammarException e) {
      Optional<String> path =
          ToolFields.schemaPath(request, e)
              .or(() ->
                  request.object("text").flatMap(text -> FormatFields.schemaPath(text, "format")));
      throw Failures.of(e).at(path.orElse("tools"));
    }
  }

  /// `POST /v1/responses/input_tokens`.
  void inputTokens(Call call, String rest) {
    Fields request = call.fields();
    ChatTask task = ResponseFields.read(request, call.caller());
    try (ModelLease lease = desk.lease(call, task.model())) {
      int tokens = Conversations.promptTokens(lease.llama(), task);
      call.reply(
          200,
          JsonObject.builder()
              .put("object", "response.input_tokens")
              .put("input_tokens", tokens)
              .build());
    }
  }
}
