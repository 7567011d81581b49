package puna.server.llamaserver;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import puna.GeneratedToken;
import puna.Generation;
import puna.PromptProgress;
import puna.json.JsonValue.JsonObject;
import puna.server.wire.StreamedReply;
import puna.server.work.Answering;
import puna.server.work.CutText;
import puna.server.work.TimingMembers;

/// Completions as a stream: pieces, and for each answer a last object. There is no `[DONE]`.
final class CompletionPieces implements Answering.Sink<String> {
  private final StreamedReply reply;
  private final CompletionJson json;
  private final List<Generation> answers;
  private final List<Told> told = new ArrayList<>();

  /// What was told of one answer.
  private static final class Told {
    private final CutText cut = new CutText();
    private final Iterator<GeneratedToken> tokens;
    private long firstPiece;
    private long pieceCharacters;
    private long tokenCharacters;
    private int count; // of tokens

    Told(Iterator<GeneratedToken> tokens) {
      this.tokens = tokens;
    }

    /// The tokens that the next piece is made of.
    List<GeneratedToken> next(String piece) {
      firstPiece = firstPiece == 0 ? System.nanoTime() : firstPiece;
      pieceCharacters += piece.length();
      List<GeneratedToken> next = new ArrayList<>();
      while (tokenCharacters < pieceCharacters && tokens.hasNext()) {
        GeneratedToken token = tokens.next();
        tokenCharacters += token.text().length();
        next.add(token);
      }
      count += next.size();
      return next;
    }

    /// The tokens behind the last piece.
    List<GeneratedToken> rest() {
      List<GeneratedToken> rest = new ArrayList<>();
      tokens.forEachRemaining(rest::add);
      return rest;
    }
  }

  CompletionPieces(StreamedReply reply, CompletionJson json, List<Generation> answers) {
    this.reply = reply;
    this.json = json;
    this.answers = answers;
    answers.forEach(answer -> told.add(new Told(answer.tokenIterator())));
  }

  @Override
  public void element(int answer, String piece) {
    tell(answer, told.get(answer).cut.next(piece));
  }

  private void tell(int answer, String piece) {
    if (piece.isEmpty()) {
      return;
    }
    List<GeneratedToken> tokens = told.get(answer).next(piece);
    JsonObject.Builder next = start(answer, piece, tokens);
    if (json.request().form().probabilities().likeliest() > 0) {
      next.put("completion_probabilities", json.probabilities(tokens));
    }
    if (json.request().form().timings()) {
      next.put("timings", timings(answer));
    }
    reply.data(next.build());
  }

  private JsonObject.Builder start(int answer, String piece, List<GeneratedToken> tokens) {
    return json.start(answer, piece, tokens.stream().map(GeneratedToken::id).toList())
        .put("stop", false)
        .put("tokens_predicted", told.get(answer).count)
        .put("tokens_evaluated", answers.get(answer).promptTokens().length);
  }

  /// A piece without text.
  void progress(int answer, JsonObject progress) {
    reply.data(start(answer, "", List.of()).put("prompt_progress", progress).build());
  }

  /// As they look from here: the engine tells its own at the end.
  private JsonObject.Builder timings(int answer) {
    Told of = told.get(answer);
    PromptProgress prompt = answers.get(answer).promptProgress();
    return TimingMembers.of(prompt, of.count, System.nanoTime() - of.firstPiece);
  }

  @Override
  public void end(int answer) {
    Generation ended = answers.get(answer);
    tell(answer, told.get(answer).cut.last(ended.finishReason()));
    reply.data(json.end(answer, ended, json.probabilities(told.get(answer).rest())));
  }

  @Override
  public void idle() {
    comment(reply, json.request().form());
  }

  /// A line that every parser of event streams skips.
  static void comment(StreamedReply reply, CompletionFields.Form form) {
    if (reply.isSilentFor(form.silence())) {
      reply.write(": \n");
      reply.flush();
    }
  }

  @Override
  public void flush() {
    reply.flush();
  }
}
