package puna.server.openai;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.Answers;
import puna.Generation;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonObject;
import puna.server.openai.ChatChunks.ChatHead;
import puna.server.wire.StreamedReply;
import puna.server.work.Answering;
import puna.server.work.CutText;
import puna.server.work.StartedAnswers;
import puna.server.work.TokenCursor;
import puna.token.Tokenizer;

/// Completions of raw texts as a stream of chunks.
final class CompletionChunks implements Answering.Sink<String> {
  private final StreamedReply reply;
  private final ChatHead head;
  private final List<Answers<Generation>> prompts;
  private final List<Generation> answers;
  private final @Nullable Tokenizer tokenizer;
  private final List<Text> texts = new ArrayList<>();

  /// What was told of one answer.
  private static final class Text {
    private final CutText cut = new CutText();
    private final @Nullable TokenCursor tokens;
    private boolean scoresPrompt; // its tokens are still to be told
    private String echo = ""; // held back until then
    private int offset;

    Text(@Nullable TokenCursor tokens, boolean scoresPrompt) {
      this.tokens = tokens;
      this.scoresPrompt = scoresPrompt;
    }
  }

  /// @param tokenizer null where no log-probabilities are wanted
  /// @param echo whether each text begins with its prompt
  CompletionChunks(
      StreamedReply reply,
      ChatHead head,
      StartedAnswers started,
      @Nullable Tokenizer tokenizer,
      boolean echo) {
    this.reply = reply;
    this.head = head;
    this.prompts = started.byPrompt();
    this.answers = started.all();
    this.tokenizer = tokenizer;
    for (Generation answer : answers) {
      texts.add(
          tokenizer == null
              ? new Text(null, false)
              : new Text(new TokenCursor(tokenizer, answer.tokenIterator()), echo));
    }
  }

  @Override
  public void element(int answer, String piece) {
    tell(answer, texts.get(answer).cut.next(piece));
  }

  /// How likely a prompt's tokens were is known when something has come after them: until then the
  /// prompt is held back.
  private void tell(int answer, String piece) {
    Text text = texts.get(answer);
    if (text.scoresPrompt && text.echo.isEmpty()) {
      text.echo = piece;
      return;
    }
    tellPrompt(answer);
    tellNext(answer, piece);
  }

  private void tellPrompt(int answer) {
    Text text = texts.get(answer);
    if (text.scoresPrompt) {
      tellNext(answer, text.echo);
      text.scoresPrompt = false;
    }
  }

  private void tellNext(int answer, String piece) {
    if (!piece.isEmpty()) {
      chunk(
          CompletionEndpoint.choice(answer, piece, logProbabilities(answer, piece), JsonNull.NULL));
    }
  }

  private JsonValue logProbabilities(int answer, String piece) {
    Text text = texts.get(answer);
    if (text.tokens == null || tokenizer == null) {
      return JsonNull.NULL;
    }
    LegacyLogProbabilities told = new LegacyLogProbabilities(tokenizer, text.offset);
    String generated = piece;
    if (text.scoresPrompt) {
      Answers<Generation> siblings = prompts.get(answer / prompts.getFirst().size());
      told.addPrompt(answers.get(answer), siblings.promptLogProbabilities());
      generated = LegacyLogProbabilities.behind(piece, told.offset());
    }
    told.add(text.tokens.next(generated));
    text.offset = told.offset();
    return told.toJson();
  }

  private void chunk(JsonValue choice) {
    reply.data(start(choice).build());
  }

  private JsonObject.Builder start(JsonValue choice) {
    return head.start("text_completion").put("choices", new JsonArray(List.of(choice)));
  }

  /// A chunk without text.
  void progress(int answer, JsonObject progress) {
    reply.data(
        start(CompletionEndpoint.choice(answer, "", JsonNull.NULL, JsonNull.NULL))
            .put("prompt_progress", progress)
            .build());
  }

  @Override
  public void end(int answer) {
    Generation ended = answers.get(answer);
    tellPrompt(answer);
    tellNext(answer, texts.get(answer).cut.last(ended.finishReason()));
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
