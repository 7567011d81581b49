package puna.server.openai;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.Generation;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.server.openai.ChatChunks.ChatHead;
import puna.server.wire.StreamedReply;
import puna.server.work.Answering;
import puna.server.work.CutText;
import puna.server.work.TokenCursor;
import puna.token.Tokenizer;

/// Completions of raw texts as a stream of chunks.
final class CompletionChunks implements Answering.Sink<String> {
  private final StreamedReply reply;
  private final ChatHead head;
  private final List<Generation> answers;
  private final @Nullable Tokenizer tokenizer;
  private final List<Text> texts = new ArrayList<>();

  /// What was told of one answer.
  private static final class Text {
    private final CutText cut = new CutText();
    private final @Nullable TokenCursor tokens;
    private int offset;

    Text(@Nullable TokenCursor tokens) {
      this.tokens = tokens;
    }
  }

  /// @param tokenizer null where no log-probabilities are wanted
  CompletionChunks(
      StreamedReply reply, ChatHead head, List<Generation> answers, @Nullable Tokenizer tokenizer) {
    this.reply = reply;
    this.head = head;
    this.answers = answers;
    this.tokenizer = tokenizer;
    for (Generation answer : answers) {
      texts.add(
          new Text(tokenizer == null ? null : new TokenCursor(tokenizer, answer.tokenIterator())));
    }
  }

  @Override
  public void element(int answer, String piece) {
    tell(answer, texts.get(answer).cut.next(piece));
  }

  private void tell(int answer, String piece) {
    if (!piece.isEmpty()) {
      chunk(
          CompletionEndpoint.choice(
              answer, piece, logProbabilities(texts.get(answer), piece), JsonNull.NULL));
    }
  }

  private JsonValue logProbabilities(Text text, String piece) {
    if (text.tokens == null || tokenizer == null) {
      return JsonNull.NULL;
    }
    LegacyLogProbabilities told = new LegacyLogProbabilities(tokenizer, text.offset);
    told.add(text.tokens.next(piece));
    text.offset = told.offset();
    return told.toJson();
  }

  private void chunk(JsonValue choice) {
    reply.data(
        head.start("text_completion").put("choices", new JsonArray(List.of(choice))).build());
  }

  @Override
  public void end(int answer) {
    Generation ended = answers.get(answer);
    tell(answer, texts.get(answer).cut.last(ended.finishReason()));
    chunk(CompletionEndpoint.choice(answer, "", JsonNull.NULL, CompletionEndpoint.finish(ended)));
  }

  @Override
  public void idle() {
    ChatChunks.comment(reply);
  }

  @Override
  public void flush() {
    reply.flush();
  }
}
