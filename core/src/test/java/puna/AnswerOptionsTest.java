package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.AnswerOptions.Echo;
import puna.engine.Engine;
import puna.engine.FakeDecoder;
import puna.sample.LogProbabilityOptions;
import puna.sample.LogProbabilityOptions.Scope;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;
import puna.sample.SamplingOptions.EndTokens;
import puna.sample.TokenProbability;
import puna.token.Tokenizer;

/// What options add to an answer: several of them, log-probabilities, echo, end tokens.
@Timeout(60)
class AnswerOptionsTest {
  private static final int CONTEXT = 96;
  private static final GenerationOptions VARIED =
      GenerationOptions.defaults()
          .withMaxTokens(12)
          .withSampling(
              SamplingOptions.defaults()
                  .withTemperature(2)
                  .withSeed(9)
                  .withBannedTokens(List.of(TinyTokenizer.BOS, TinyTokenizer.EOS)));

  private final Tokenizer tokenizer = TinyTokenizer.create(true);
  private final FakeDecoder decoder = new FakeDecoder(CONTEXT, 48, 8, 16);
  private final Llama llama =
      new Llama(
          new LoadedModel(
              new Engine(decoder, CONTEXT, 8),
              tokenizer,
              Optional.empty(),
              TinyLlama.info(CONTEXT, "none"),
              () -> {}));

  @AfterEach
  void closes() {
    llama.close();
  }

  @Test
  void severalAnswersShareTheReadingOfTheirPrompt() {
    String prompt = "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMN";
    List<Generation> answers = llama.generateSeveral(Prompt.text(prompt), VARIED, 4).list();
    assertThat(answers).hasSize(4).extracting(Generation::text).doesNotHaveDuplicates();
    int length = answers.getFirst().promptTokens().length;
    int computed = decoder.batchSizes().stream().mapToInt(Integer::intValue).sum();
    assertThat(computed).isEqualTo(length + 3 * (length % 8) + 4 * 11);
    assertThat(llama.generate(Prompt.text(prompt), VARIED).text())
        .isEqualTo(answers.getFirst().text());
    assertThat(llama.generateSeveral(Prompt.text(prompt), VARIED, 4).list().getLast().text())
        .isEqualTo(answers.getLast().text());
  }

  @Test
  void refusesNoAnswersAndTooMany() {
    for (int answers : new int[] {0, -1, Llama.MOST_ANSWERS + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> llama.generateSeveral(Prompt.text("A"), VARIED, answers).list())
          .withMessage("answers must be from 1 to 1024, found " + answers);
    }
  }

  @Test
  void logProbabilitiesComeWithTheTokensAndAtTheEnd() {
    GenerationOptions options =
        VARIED.withLogProbabilities(
            LogProbabilityOptions.ofAnswer(3).withScope(Scope.PROMPT_AND_ANSWER));
    Generation answer = llama.generate(Prompt.text("HELLO"), options);
    List<GeneratedToken> heard = new ArrayList<>();
    answer.forEachToken(heard::add);
    assertThat(heard.stream().mapToInt(GeneratedToken::id).toArray()).isEqualTo(answer.tokens());
    assertThat(heard.stream().map(token -> token.probability().orElseThrow()).toList())
        .isEqualTo(answer.logProbabilities())
        .allMatch(score -> score.logProbability() <= 0 && score.likeliest().size() == 3);
    assertThat(String.join("", heard.stream().map(GeneratedToken::text).toList()))
        .isEqualTo(answer.text());
    assertThat(answer.promptLogProbabilities())
        .extracting(TokenProbability::token)
        .containsExactly(tail(answer.promptTokens()));
  }

  @Test
  void thePromptOfSeveralAnswersIsScoredOnce() {
    GenerationOptions options =
        VARIED.withLogProbabilities(
            LogProbabilityOptions.ofAnswer(0).withScope(Scope.PROMPT_AND_ANSWER));
    List<Generation> answers = llama.generateSeveral(Prompt.text("HELLO"), options, 2).list();
    assertThat(answers.get(0).promptLogProbabilities()).isNotEmpty();
    assertThat(answers.get(1).promptLogProbabilities()).isEmpty();
    assertThat(answers.get(1).logProbabilities()).hasSize(12);
  }

  @Test
  void withoutTheOptionThereAreNone() {
    Generation answer = llama.generate(Prompt.text("HELLO"), VARIED);
    assertThat(answer.logProbabilities()).isEmpty();
    assertThat(answer.promptLogProbabilities()).isEmpty();
    answer.forEachToken(token -> assertThat(token.probability()).isEmpty());
  }

  @Test
  void textHeldBackUntilTheEndBelongsToTheLastToken() {
    Generation plain = llama.generate(Prompt.text("HELLO"), VARIED);
    // never complete, but its beginning is the whole answer
    Generation answer =
        llama.generate(Prompt.text("HELLO"), VARIED.withStopStrings(List.of(plain.text() + "☃")));
    List<GeneratedToken> heard = new ArrayList<>();
    answer.forEachToken(heard::add);
    assertThat(heard.getLast().text()).isEqualTo(plain.text());
    assertThat(heard.getFirst().text()).isEmpty();
  }

  @Test
  void echoPutsThePromptsTextFirst() {
    Generation plain = llama.generate(Prompt.text("HELLO"), VARIED);
    Generation answer =
        llama.generate(Prompt.text("HELLO"), VARIED.withEcho(Echo.PROMPT_AND_ANSWER));
    assertThat(answer.iterator().next()).isEqualTo("HELLO");
    assertThat(answer.text()).isEqualTo("HELLO" + plain.text());
    List<GeneratedToken> heard = new ArrayList<>();
    answer.forEachToken(heard::add);
    assertThat(String.join("", heard.stream().map(GeneratedToken::text).toList()))
        .isEqualTo(plain.text());
  }

  @Test
  void bannedEndTokensNeverEndAnAnswer() {
    GenerationOptions options =
        GenerationOptions.greedy()
            .withMaxTokens(Integer.MAX_VALUE)
            .withSampling(SamplingOptions.greedy().withLogitBias(Map.of(2, 50f)));
    assertThat(llama.generate(Prompt.text("HELLO"), options).finishReason())
        .isEqualTo(FinishReason.STOP);
    Generation endless =
        llama.generate(
            Prompt.text("HELLO"),
            options.withSampling(options.sampling().withEndTokens(EndTokens.BANNED)));
    assertThat(endless.finishReason()).isEqualTo(FinishReason.CONTEXT_FULL);
    assertThat(endless.tokens()).doesNotContain(TinyTokenizer.EOS);
  }

  @Test
  void dryReadsTheTextOfTokens() {
    SamplerStep.Dry dry = new SamplerStep.Dry(100, 2, 1, -1, List.of("Z"));
    Generation answer =
        llama.generate(
            Prompt.text("ABABAB"),
            GenerationOptions.greedy()
                .withMaxTokens(40)
                .withSampling(SamplingOptions.greedy().with(dry).withBannedTokens(List.of(1, 2))));
    int[] tokens = answer.tokens();
    for (int i = 3; i < tokens.length; i++) {
      for (int j = 1; j < i - 1; j++) {
        boolean repeats =
            tokens[i] == tokens[j]
                && tokens[i - 1] == tokens[j - 1]
                && !tokenizer.piece(tokens[i]).contains("Z")
                && !tokenizer.piece(tokens[i - 1]).contains("Z");
        assertThat(repeats).as("tokens %d and %d", j, i).isFalse();
      }
    }
  }

  private static Integer[] tail(int[] tokens) {
    Integer[] tail = new Integer[tokens.length - 1];
    for (int i = 1; i < tokens.length; i++) {
      tail[i - 1] = tokens[i];
    }
    return tail;
  }
}
