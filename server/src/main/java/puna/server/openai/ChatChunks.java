package puna.server.openai;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.ChatAnswer;
import puna.FinishReason;
import puna.chat.ChatEvent;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonObject;
import puna.server.wire.StreamedReply;
import puna.server.work.ChatSink;
import puna.server.work.TokenTexts;

/// Chat completions as a stream of chunks.
final class ChatChunks extends ChatSink {
  static final Duration SILENCE = Duration.ofSeconds(10);

  private final StreamedReply reply;
  private final ChatHead head;
  private final List<ChatAnswer> answers;
  private final List<@Nullable TokenTexts> logProbabilities = new ArrayList<>();
  private final List<ChunkFrame> contents = new ArrayList<>(); // for each answer
  private final List<ChunkFrame> reasonings = new ArrayList<>(); // the same

  /// What all chunks have in common.
  ///
  /// @param id of the completion
  /// @param created seconds since 1970
  /// @param model as the client named it
  record ChatHead(String id, long created, String model) {
    JsonObject.Builder start(String object) {
      return JsonObject.builder()
          .put("id", id)
          .put("object", object)
          .put("created", created)
          .put("model", model);
    }
  }

  /// @param logProbabilities for each answer; null where none are wanted
  ChatChunks(
      StreamedReply reply,
      ChatHead head,
      List<ChatAnswer> answers,
      List<? extends @Nullable TokenTexts> logProbabilities) {
    super(answers);
    this.reply = reply;
    this.head = head;
    this.answers = answers;
    this.logProbabilities.addAll(logProbabilities);
    for (int i = 0; i < answers.size(); i++) {
      contents.add(frame(i, "content"));
      reasonings.add(frame(i, "reasoning_content"));
    }
  }

  /// Each answer's role comes before anything else of any.
  void begin() {
    reply.open();
    for (int i = 0; i < answers.size(); i++) {
      chunk(i, JsonObject.builder().put("role", "assistant").put("content", ""), JsonNull.NULL);
    }
    reply.flush();
  }

  @Override
  protected void text(int answer, String piece) {
    JsonValue probabilities = logProbabilities(answer, piece);
    if (probabilities == JsonNull.NULL) {
      reply.write(contents.get(answer).with(piece));
    } else {
      chunk(answer, JsonObject.builder().put("content", piece), probabilities);
    }
  }

  @Override
  protected void reasoning(int answer, String piece) {
    reply.write(reasonings.get(answer).with(piece));
  }

  @Override
  protected void callStarted(int answer, ChatEvent.ToolCallStarted call) {
    call(
        answer,
        JsonObject.builder()
            .put("index", call.index())
            .put("id", call.id())
            .put("type", "function")
            .put("function", JsonObject.builder().put("name", call.name()).put("arguments", "")));
  }

  @Override
  protected void arguments(int answer, ChatEvent.ArgumentsDelta piece) {
    call(
        answer,
        JsonObject.builder()
            .put("index", piece.index())
            .put("function", JsonObject.builder().put("arguments", piece.json())));
  }

  @Override
  protected void callEnded(int answer) {} // its pieces are all there is

  private JsonValue logProbabilities(int answer, String text) {
    TokenTexts tokens = logProbabilities.get(answer);
    return tokens == null ? JsonNull.NULL : ChatJson.logProbabilities(tokens.next(text));
  }

  private void call(int answer, JsonObject.Builder piece) {
    chunk(answer, JsonObject.builder().put("tool_calls", List.of(piece.build())), JsonNull.NULL);
  }

  private ChunkFrame frame(int answer, String member) {
    return ChunkFrame.of(
        piece -> delta(answer, JsonObject.builder().put(member, piece), JsonNull.NULL));
  }

  private void chunk(int answer, JsonObject.Builder delta, JsonValue logProbabilities) {
    reply.data(delta(answer, delta, logProbabilities));
  }

  private JsonObject delta(int answer, JsonObject.Builder delta, JsonValue logProbabilities) {
    return chunk(choice(answer, delta, logProbabilities));
  }

  private static JsonObject.Builder choice(
      int answer, JsonObject.Builder delta, JsonValue logProbabilities) {
    return JsonObject.builder()
        .put("index", answer)
        .put("delta", delta)
        .put("logprobs", logProbabilities)
        .putNull("finish_reason");
  }

  private JsonObject chunk(JsonObject.Builder choice) {
    return start(choice).build();
  }

  private JsonObject.Builder start(JsonObject.Builder choice) {
    return head.start("chat.completion.chunk")
        .put("choices", new JsonArray(List.of(choice.build())));
  }

  /// A chunk that adds nothing to its answer.
  void progress(int answer, JsonObject progress) {
    reply.data(
        start(choice(answer, JsonObject.builder(), JsonNull.NULL))
            .put("prompt_progress", progress)
            .build());
  }

  @Override
  protected void ended(int answer, FinishReason reason) {
    reply.data(
        chunk(
            JsonObject.builder()
                .put("index", answer)
                .put("delta", JsonObject.builder())
                .putNull("logprobs")
                .put("finish_reason", ChatJson.finishReason(answers.get(answer)))));
  }

  /// The end of the stream.
  ///
  /// @param closing members of a last chunk; null where nobody asked for them
  void finish(JsonObject.@Nullable Builder closing) {
    if (closing != null) {
      JsonObject.Builder last =
          head.start("chat.completion.chunk").put("choices", new JsonArray(List.of()));
      closing.build().members().forEach(last::put);
      reply.data(last.build());
    }
    reply.write("data: [DONE]\n\n");
    reply.flush();
  }

  /// A comment: a line that every parser of event streams skips, and that shows that the client is
  /// there.
  @Override
  public void idle() {
    comment(reply);
  }

  static void comment(StreamedReply reply) {
    if (reply.isSilentFor(SILENCE)) {
      reply.write(": \n");
      reply.flush();
    }
  }

  @Override
  public void flush() {
    reply.flush();
  }
}
