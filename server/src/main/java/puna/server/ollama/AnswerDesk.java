package puna.server.ollama;

import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.Answer;
import puna.ChatAnswer;
import puna.GeneratedToken;
import puna.Generation;
import puna.Llama;
import puna.error.GrammarException;
import puna.error.OverloadedException;
import puna.json.JsonValue.JsonObject;
import puna.server.models.ModelLease;
import puna.server.models.ServedModel;
import puna.server.ollama.Head.Piece;
import puna.server.wire.Call;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.StreamedReply;
import puna.server.work.TokenCursor;
import puna.server.work.TokenTexts;

/// Answers chats and prompts alike: in lines or whole, and what becomes of the model afterwards.
final class AnswerDesk {
  private static final String BUSY =
      "server busy, please try again.  maximum pending requests exceeded"; // clients match it

  private final ModelShelf shelf;

  AnswerDesk(ModelShelf shelf) {
    this.shelf = shelf;
  }

  /// Begins an answer.
  interface Starter {
    Answer<?, ?> start(Llama llama);
  }

  /// What of a request is about the reply alone.
  ///
  /// @param keepAlive empty for the server's own
  record Wanted(boolean streams, boolean logProbabilities, Optional<Duration> keepAlive) {}

  /// Answers. The last that a client reads is sent when the model is given back, so that what it
  /// asks next finds the model as it wanted it to be kept.
  void answer(Call call, Head head, Wanted wanted, Starter starter) {
    if (wanted.streams) {
      StreamedReply.run(
          call,
          "application/x-ndjson",
          reply -> reply.line(stream(call, reply, new Job(head, wanted, starter))),
          (reply, failure) -> reply.line(Ollama.error(failure.getMessage())));
    } else {
      call.reply(200, whole(call, new Job(head, wanted, starter)));
    }
  }

  private record Job(Head head, Wanted wanted, Starter starter) {}

  /// @return the last line
  private JsonObject stream(Call call, StreamedReply reply, Job job) {
    Head head = job.head;
    try (ModelLease lease = lease(call, job, () -> AnswerLines.idle(reply, head));
        Answer<?, ?> answer = start(lease, job.starter)) {
      new AnswerLines(reply, head, tokens(answer, lease, job.wanted)).stream(call, answer);
      return head.last(Piece.NOTHING, answer, lease.waitedNanos());
    }
  }

  private JsonObject whole(Call call, Job job) {
    try (ModelLease lease = lease(call, job, () -> {});
        Answer<?, ?> answer = start(lease, job.starter)) {
      Piece piece = AnswerLines.whole(call, answer, tokens(answer, lease, job.wanted));
      return job.head.last(piece, answer, lease.waitedNanos());
    }
  }

  /// Loads a model for later requests, or closes it after those that it answers now.
  void loadOrUnload(Call call, Head head, Optional<Duration> keepAlive) {
    ServedModel model = shelf.find(head.model());
    boolean unloads = keepAlive.filter(Duration::isZero).isPresent();
    if (!unloads || shelf.models().isLoaded(model)) {
      try (ModelLease lease = shelf.lease(call, head.model(), () -> {})) {
        keepAlive.ifPresent(lease::keepAlive);
      }
    }
    call.reply(200, head.nothing(unloads ? "unload" : "load"));
  }

  private ModelLease lease(Call call, Job job, Runnable idle) {
    ModelLease lease = shelf.lease(call, job.head.model(), idle);
    job.wanted.keepAlive.ifPresent(lease::keepAlive);
    return lease;
  }

  private static Answer<?, ?> start(ModelLease lease, Starter starter) {
    try {
      return starter.start(lease.llama());
    } catch (OverloadedException e) {
      throw Failure.of(Kind.BUSY, BUSY).retryAfter(1);
    } catch (GrammarException e) { // no tool must be called here, so that it is the form
      throw Failure.invalid("format", "format: " + e.getMessage());
    }
  }

  private static @Nullable TokenTexts tokens(Answer<?, ?> answer, ModelLease lease, Wanted wanted) {
    if (!wanted.logProbabilities) {
      return null;
    }
    Iterator<GeneratedToken> told =
        switch (answer) {
          case ChatAnswer chat -> chat.textTokens();
          case Generation text -> text.tokenIterator();
        };
    return new TokenTexts(new TokenCursor(lease.llama().tokenizer(), told));
  }
}
