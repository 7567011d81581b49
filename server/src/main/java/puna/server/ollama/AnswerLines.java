package puna.server.ollama;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.Answer;
import puna.ChatAnswer;
import puna.Generation;
import puna.chat.ChatEvent;
import puna.chat.ToolCall;
import puna.json.JsonValue.JsonObject;
import puna.server.ollama.Head.Piece;
import puna.server.wire.Call;
import puna.server.wire.StreamedReply;
import puna.server.work.Answering;
import puna.server.work.CutText;
import puna.server.work.TokenTexts;

/// An answer as lines of JSON, or as one object.
final class AnswerLines {
  static final Duration SILENCE = Duration.ofSeconds(4);

  private final StreamedReply reply;
  private final Head head;
  private final @Nullable TokenTexts logProbabilities;
  private final CutText cut = new CutText();

  /// @param logProbabilities null where none are wanted
  AnswerLines(StreamedReply reply, Head head, @Nullable TokenTexts logProbabilities) {
    this.reply = reply;
    this.head = head;
    this.logProbabilities = logProbabilities;
  }

  /// Shows a client that the server is there: these lines have no comments, but one of no text is
  /// an empty piece to everybody.
  static void idle(StreamedReply reply, Head head) {
    if (reply.isSilentFor(SILENCE)) {
      reply.line(head.line(Piece.NOTHING));
      reply.flush();
    }
  }

  /// Writes an answer as it is generated, all but its last line.
  void stream(Call call, Answer<?, ?> answer) {
    reply.open();
    switch (answer) {
      case ChatAnswer chat -> Answering.stream(call, List.of(chat), new Events(chat));
      case Generation text -> Answering.stream(call, List.of(text), new Texts(text));
    }
  }

  /// Waits for a whole answer.
  ///
  /// @param logProbabilities null where none are wanted
  static Piece whole(Call call, Answer<?, ?> answer, @Nullable TokenTexts logProbabilities) {
    return switch (answer) {
      case ChatAnswer chat -> {
        Answering.await(call, List.of(chat));
        String text = CutText.whole(chat.text(), chat.finishReason());
        yield new Piece(
            text,
            chat.message().reasoning().orElse(""),
            calls(chat.message().toolCalls()),
            entries(logProbabilities, text));
      }
      case Generation generation -> {
        Answering.await(call, List.of(generation));
        String text = CutText.whole(generation.text(), generation.finishReason());
        yield new Piece(text, "", List.of(), entries(logProbabilities, text));
      }
    };
  }

  private static List<JsonObject> calls(List<ToolCall> calls) {
    List<JsonObject> told = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      told.add(call(i, calls.get(i)));
    }
    return told;
  }

  /// Its index is what some clients tell calls of a stream apart by.
  static JsonObject call(int index, ToolCall call) {
    JsonObject.Builder json = JsonObject.builder();
    call.id().ifPresent(id -> json.put("id", id));
    return json.put(
            "function",
            JsonObject.builder()
                .put("index", index)
                .put("name", call.name())
                .put("arguments", call.arguments()))
        .build();
  }

  private static List<JsonObject> entries(@Nullable TokenTexts tokens, String text) {
    return tokens == null ? List.of() : tokens.next(text);
  }

  private void text(String text) {
    if (!text.isEmpty()) {
      reply.line(head.line(new Piece(text, "", List.of(), entries(logProbabilities, text))));
    }
  }

  private abstract class Lines<E> implements Answering.Sink<E> {
    private final Answer<E, ?> answer;

    Lines(Answer<E, ?> answer) {
      this.answer = answer;
    }

    @Override
    public void end(int number) {
      text(cut.last(answer.finishReason()));
    }

    @Override
    public void idle() {
      AnswerLines.idle(reply, head);
    }

    @Override
    public void flush() {
      reply.flush();
    }
  }

  private final class Events extends Lines<ChatEvent> {
    Events(ChatAnswer answer) {
      super(answer);
    }

    @Override
    public void element(int number, ChatEvent event) {
      switch (event) {
        case ChatEvent.TextDelta(String text) -> text(cut.next(text));
        case ChatEvent.ReasoningDelta(String text) -> reply.line(head.line(Piece.thinking(text)));
        case ChatEvent.ToolCallFinished(int index, ToolCall call) ->
            reply.line(head.line(Piece.call(call(index, call))));
        default -> {} // calls are told whole
      }
    }
  }

  private final class Texts extends Lines<String> {
    Texts(Generation answer) {
      super(answer);
    }

    @Override
    public void element(int number, String text) {
      text(cut.next(text));
    }
  }
}
