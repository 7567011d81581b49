package puna.server.anthropic;

import java.util.List;
import java.util.Optional;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.Llama;
import puna.error.GrammarException;
import puna.json.JsonValue.JsonObject;
import puna.server.models.ModelLease;
import puna.server.wire.Call;
import puna.server.wire.Endpoint;
import puna.server.wire.Failure;
import puna.server.wire.Failures;
import puna.server.wire.Fields;
import puna.server.wire.Ids;
import puna.server.wire.StreamedReply;
import puna.server.work.Answering;
import puna.server.work.ChatTask;
import puna.server.work.Conversations;
import puna.server.work.ModelDesk;

/// `POST /v1/messages`, and `POST /v1/messages/count_tokens`.
final class MessagesEndpoint implements Endpoint {
  private final ModelDesk desk;
  private final Ids ids;

  MessagesEndpoint(ModelDesk desk, Ids ids) {
    this.desk = desk;
    this.ids = ids;
  }

  @Override
  public void serve(Call call, String rest) {
    Fields request = call.fields();
    boolean isStream = request.isSet("stream");
    MessageTask task = MessageFields.read(request, call.caller());
    MessageJson json = new MessageJson(ids.next("msg_"), task.chat().model());
    if (isStream) {
      StreamedReply.run(
          call,
          "text/event-stream",
          reply -> stream(call, new Asked(request, task, json), reply),
          (reply, failure) -> reply.event("error", call.dialect().body(failure, call)));
      return;
    }
    try (ModelLease lease = desk.lease(call, task.chat().model());
        ChatAnswer answer = start(lease.llama(), task, request)) {
      MessageEvents events = new MessageEvents(answer, json, task.thinking().display(), null);
      Answering.stream(call, List.of(answer), events);
      call.reply(200, events.whole());
    }
  }

  private record Asked(Fields request, MessageTask task, MessageJson json) {}

  private void stream(Call call, Asked asked, StreamedReply reply) {
    MessageTask task = asked.task();
    try (ModelLease lease = desk.lease(call, task.chat().model(), () -> MessageEvents.ping(reply));
        ChatAnswer answer = start(lease.llama(), task, asked.request())) {
      MessageEvents events =
          new MessageEvents(answer, asked.json(), task.thinking().display(), reply);
      events.begin();
      Answering.stream(call, List.of(answer), events);
      events.finish();
    }
  }

  /// @throws Failure when the form of the answer cannot be enforced, with the schema's path
  private static ChatAnswer start(Llama llama, MessageTask task, Fields request) {
    ChatTask chat = told(llama, task);
    try {
      return Conversations.start(llama, chat).get(0);
    } catch (GrammarException whole) {
      try {
        return Conversations.start(llama, MessageFields.cutWhereItMustBe(request, chat)).get(0);
      } catch (GrammarException e) {
        Optional<String> path = MessageFields.schemaPath(request);
        throw Failures.of(e).at(path.orElse("tools"));
      }
    }
  }

  private static ChatTask told(Llama llama, MessageTask task) {
    ChatTask chat = task.chat();
    ChatOptions options = task.thinking().into(chat.options(), llama);
    return new ChatTask(chat.model(), chat.messages(), options, chat.answers());
  }

  void countTokens(Call call, String rest) {
    MessageTask task = MessageFields.readForCounting(call.fields());
    try (ModelLease lease = desk.lease(call, task.chat().model())) {
      int tokens = Conversations.promptTokens(lease.llama(), told(lease.llama(), task));
      call.reply(200, JsonObject.builder().put("input_tokens", tokens).build());
    }
  }
}
