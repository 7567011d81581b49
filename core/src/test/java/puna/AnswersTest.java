package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.chat.ChatMessage;
import puna.engine.FakeDecoder;
import puna.sample.LogProbabilityOptions;
import puna.sample.LogProbabilityOptions.Scope;
import puna.sample.SamplingOptions;
import puna.sample.SamplingOptions.EndTokens;
import puna.sample.TokenProbability;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class AnswersTest {
  private static final List<ChatMessage> HELLO = List.of(ChatMessage.user("hello"));
  private static final SamplingOptions UNENDING =
      SamplingOptions.defaults().withSeed(1).withEndTokens(EndTokens.BANNED);
  private static final ChatOptions ENDLESS =
      ChatOptions.defaults().withSampling(UNENDING).withMaxTokens(Integer.MAX_VALUE);
  private static final GenerationOptions FIVE =
      GenerationOptions.defaults().withSampling(UNENDING).withMaxTokens(5);

  private final Semaphore steps = new Semaphore(1_000_000);
  private final Llama llama =
      TinyLlama.open(
          new FakeDecoder(96, new KvShape(1, 1, 2, 96, 8, KvType.F16), 16, steps),
          TinyTokenizer.ofBytes());

  @AfterEach
  void closes() {
    steps.release(1_000_000);
    llama.close();
  }

  @Test
  void closingClosesAll() {
    steps.drainPermits();
    Answers<ChatAnswer> answers = llama.chatSeveral(HELLO, ENDLESS, 3);
    try (answers) {
      assertThat(answers).noneMatch(ChatAnswer::isFinished);
    }
    steps.release(1_000_000);
    assertThat(answers).allMatch(answer -> answer.finishReason() == FinishReason.CANCELLED);
    answers.close();
  }

  @Test
  void closingOneLeavesTheOthersAlone() {
    steps.drainPermits();
    try (Answers<ChatAnswer> answers = llama.chatSeveral(HELLO, ENDLESS, 3)) {
      answers.get(0).close(); // which reads the prompt for all
      steps.release(1_000_000);
      assertThat(answers.list())
          .extracting(ChatAnswer::finishReason)
          .containsExactly(
              FinishReason.CANCELLED, FinishReason.CONTEXT_FULL, FinishReason.CONTEXT_FULL);
    }
  }

  @Test
  void closingKeepsWhatHasEnded() {
    Answers<Generation> answers = llama.generateSeveral(Prompt.text("hello"), FIVE, 2);
    List<String> texts = answers.list().stream().map(Generation::text).toList();
    answers.close();
    assertThat(answers).extracting(Generation::text).containsExactlyElementsOf(texts);
    assertThat(answers).allMatch(answer -> answer.finishReason() == FinishReason.LENGTH);
  }

  @Test
  void answersAreCountedAndIteratedInTheirOrder() {
    try (Answers<Generation> answers = llama.generateSeveral(Prompt.text("hello"), FIVE, 3)) {
      assertThat(answers.size()).isEqualTo(3);
      List<Generation> iterated = new ArrayList<>();
      for (Generation answer : answers) {
        iterated.add(answer);
      }
      assertThat(answers.list()).isEqualTo(iterated).doesNotHaveDuplicates();
      for (int number = 0; number < 3; number++) {
        assertThat(answers.get(number)).isSameAs(iterated.get(number));
      }
      assertThat(iterated)
          .extracting(Generation::text)
          .as("a seed of its own")
          .doesNotHaveDuplicates();
      assertThatThrownBy(() -> answers.list().clear())
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> answers.iterator().remove())
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void theFirstIsTheAnswerThatIsAloneOtherwise() {
    String alone = llama.generate(Prompt.text("hello"), FIVE).text();
    try (Answers<Generation> answers = llama.generateSeveral(Prompt.text("hello"), FIVE, 3)) {
      assertThat(answers.get(0).text()).isEqualTo(alone);
    }
  }

  @Test
  void thereAreNoAnswersOutOfRange() {
    try (Answers<ChatAnswer> answers = llama.chatSeveral(HELLO, ENDLESS, 2)) {
      for (int number : new int[] {-1, 2, Integer.MAX_VALUE}) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
            .isThrownBy(() -> answers.get(number));
      }
    }
    for (int count : new int[] {-1, 0, Llama.MOST_ANSWERS + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> llama.chatSeveral(HELLO, ENDLESS, count))
          .withMessageContaining(String.valueOf(Llama.MOST_ANSWERS))
          .withMessageContaining("found " + count);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> llama.generateSeveral(Prompt.text("hello"), FIVE, count))
          .withMessageContaining("found " + count);
    }
  }

  @Test
  void thePromptsLogProbabilitiesAreThoseOfTheFirst() {
    LogProbabilityOptions both =
        LogProbabilityOptions.ofAnswer(2).withScope(Scope.PROMPT_AND_ANSWER);
    try (Answers<Generation> answers =
        llama.generateSeveral(Prompt.text("hello"), FIVE.withLogProbabilities(both), 3)) {
      List<TokenProbability> probabilities = answers.promptLogProbabilities();
      assertThat(probabilities).hasSize(answers.get(0).promptTokens().length - 1);
      assertThat(answers.get(0).promptLogProbabilities()).isEqualTo(probabilities);
      assertThat(answers).allSatisfy(answer -> assertThat(answer.logProbabilities()).hasSize(5));
    }
    try (Answers<ChatAnswer> answers =
        llama.chatSeveral(HELLO, ENDLESS.withMaxTokens(2).withLogProbabilities(both), 2)) {
      assertThat(answers.promptLogProbabilities())
          .hasSize(answers.get(0).generation().promptTokens().length - 1);
    }
    try (Answers<Generation> answers = llama.generateSeveral(Prompt.text("hello"), FIVE, 3)) {
      assertThat(answers.promptLogProbabilities()).as("nobody asked").isEmpty();
    }
  }
}
