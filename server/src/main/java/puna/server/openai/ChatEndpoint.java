package puna.server.openai;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.Answer;
import puna.Answers;
import puna.ChatAnswer;
import puna.error.GrammarException;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonObject;
import puna.server.models.ModelLease;
import puna.server.openai.ChatChunks.ChatHead;
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
import puna.server.work.ProgressSink;
import puna.server.work.TimingMembers;
import puna.server.work.TokenCursor;
import puna.server.work.TokenTexts;

/// `POST /v1/chat/completions`.
final class ChatEndpoint implements Endpoint {
  private final ModelDesk desk;
  private final Ids ids;
  private final Clock clock;

  ChatEndpoint(ModelDesk desk, Ids ids, Clock clock) {
    this.desk = desk;
    this.ids = ids;
    this.clock = clock;
  }

  /// What of a request is about the reply alone.
  ///
  /// @param logProbabilities whether they are wanted
  /// @param usage whether the stream ends with it
  /// @param progress whether the stream tells how far the prompt is processed, as llama-server's
  private record Wanted(boolean stream, boolean logProbabilities, boolean usage, boolean progress) {
    static Wanted of(Fields request) {
      return new Wanted(
          request.isSet("stream"),
          request.isSet("logprobs"),
          request.object("stream_options").filter(o -> o.isSet("include_usage")).isPresent(),
          request.isSet("return_progress"));
    }
  }

  @Override
  public void serve(Call call, String rest) {
    Fields request = call.fields();
    Wanted wanted = Wanted.of(request);
    ChatTask task = ChatFields.read(request, call.caller());
    ChatHead head =
        new ChatHead(ids.next("chatcmpl-"), clock.instant().getEpochSecond(), task.model());
    if (wanted.stream()) {
      stream(call, request, wanted, task, head);
    } else {
      try (ModelLease lease = desk.lease(call, task.model());
          Answers<ChatAnswer> answers = start(lease, task, request)) {
        Answering.await(call, answers.list());
        call.reply(200, whole(answers.list(), head, wanted, lease));
      }
    }
  }

  private void stream(Call call, Fields request, Wanted wanted, ChatTask task, ChatHead head) {
    StreamedReply.run(
        call,
        "text/event-stream",
        reply -> {
          try (ModelLease lease = desk.lease(call, task.model(), () -> ChatChunks.comment(reply));
              Answers<ChatAnswer> answers = start(lease, task, request)) {
            ChatChunks chunks =
                new ChatChunks(reply, head, answers.list(), tokenTexts(answers, wanted, lease));
            chunks.begin();
            Answering.stream(
                call,
                answers.list(),
                ProgressSink.where(wanted.progress(), chunks, answers.list(), chunks::progress));
            chunks.finish(wanted.usage() ? closing(answers.list()) : null);
          }
        },
        (reply, failure) -> reply.event("error", call.dialect().body(failure, call)));
  }

  /// @throws Failure when the form of the answer cannot be enforced, with the schema's path
  static Answers<ChatAnswer> start(ModelLease lease, ChatTask task, Fields request) {
    try {
      return Conversations.start(lease.llama(), task);
    } catch (GrammarException e) {
      Optional<String> path =
          ToolFields.schemaPath(request, e)
              .or(() -> FormatFields.schemaPath(request, "response_format"));
      throw Failures.of(e).at(path.orElse("tools"));
    }
  }

  private static List<@Nullable TokenTexts> tokenTexts(
      Answers<ChatAnswer> answers, Wanted wanted, ModelLease lease) {
    List<@Nullable TokenTexts> texts = new ArrayList<>();
    for (ChatAnswer answer : answers) {
      texts.add(wanted.logProbabilities() ? tokenTexts(answer, lease) : null);
    }
    return texts;
  }

  private static TokenTexts tokenTexts(ChatAnswer answer, ModelLease lease) {
    return new TokenTexts(new TokenCursor(lease.llama().tokenizer(), answer.textTokens()));
  }

  /// What is said when all is said: what it took, and, beyond OpenAI's own API, how fast that was
  /// and how many messages the context had no room for.
  private static JsonObject.Builder closing(List<ChatAnswer> answers) {
    ChatAnswer first = answers.getFirst();
    JsonObject.Builder all =
        JsonObject.builder()
            .put("usage", ChatJson.usage(answers.stream().map(Answer::usage).toList()))
            .put("timings", TimingMembers.of(first.timings()));
    return first.dropped().isEmpty() ? all : all.put("dropped_messages", first.dropped().size());
  }

  private static JsonValue whole(
      List<ChatAnswer> answers, ChatHead head, Wanted wanted, ModelLease lease) {
    List<JsonObject> choices = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      ChatAnswer answer = answers.get(i);
      JsonValue logProbabilities =
          wanted.logProbabilities()
              ? ChatJson.logProbabilities(tokenTexts(answer, lease).next(ChatJson.text(answer)))
              : JsonNull.NULL;
      choices.add(
          JsonObject.builder()
              .put("index", i)
              .put("message", ChatJson.message(answer))
              .put("logprobs", logProbabilities)
              .put("finish_reason", ChatJson.finishReason(answer))
              .build());
    }
    JsonObject.Builder all =
        head.start("chat.completion").put("choices", new JsonArray(List.copyOf(choices)));
    closing(answers).build().members().forEach(all::put);
    return all.build();
  }
}
