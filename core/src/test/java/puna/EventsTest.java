package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.model.synthetic.ModelShape;
import puna.model.synthetic.RandomModel;
import puna.model.synthetic.WeightMix;

/// What Java Flight Recorder sees of a model.
class EventsTest {
  private static final int TOKENS = 5;
  private static final int[] PROMPT = {10, 11, 12, 13, 14, 15, 16};

  @Test
  void recordsTheLoadAndEveryStep(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("random.gguf");
    new RandomModel(shape(), WeightMix.named("Q8_0"), 7).write(file);
    Path dump = folder.resolve("events.jfr");
    int generated;
    try (Recording recording = new Recording()) {
      recording.enable("puna.Step");
      recording.enable("puna.Load");
      recording.start();
      try (Llama llama =
          Llama.open(ModelSource.file(file), LlamaOptions.defaults().withTier(KernelTier.SCALAR))) {
        Generation answer =
            llama.generate(Prompt.tokens(PROMPT), GenerationOptions.greedy().withMaxTokens(TOKENS));
        generated = answer.tokens().length;
      }
      recording.stop();
      recording.dump(dump);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(dump);
    assertLoad(named(events, "puna.Load"), file);
    assertSteps(named(events, "puna.Step"), generated);
    assertThat(named(events, "puna.Draw"))
        .hasSize(generated)
        .allMatch(draw -> draw.getInt("sequences") == 1);
  }

  @Test
  void recordsEveryAnswerAndWhyItEnded(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("random.gguf");
    new RandomModel(shape(), WeightMix.named("Q8_0"), 7).write(file);
    Path dump = folder.resolve("events.jfr");
    GenerationOptions greedy = GenerationOptions.greedy().withMaxTokens(TOKENS);
    Usage usage;
    Timings timings;
    boolean cancelledInTime;
    try (Recording recording = new Recording();
        Llama llama =
            Llama.open(
                ModelSource.file(file), LlamaOptions.defaults().withTier(KernelTier.SCALAR))) {
      llama.generate(Prompt.tokens(PROMPT), greedy).text(); // nobody watches yet
      recording.enable("puna.Answer");
      recording.start();
      Generation answer = llama.generate(Prompt.tokens(PROMPT), greedy.withMaxTokens(TOKENS));
      usage = answer.usage();
      timings = answer.timings();
      Generation cancelled = llama.generate(Prompt.tokens(PROMPT), greedy.withMaxTokens(100));
      cancelled.cancel();
      cancelledInTime = cancelled.finishReason() == FinishReason.CANCELLED;
      recording.stop();
      recording.dump(dump);
    }
    List<RecordedEvent> answers = named(RecordingFile.readAllEvents(dump), "puna.Answer");
    assertThat(answers).hasSize(2);
    RecordedEvent first = answers.getFirst();
    assertThat(first.getInt("promptTokens")).isEqualTo(PROMPT.length);
    assertThat(first.getInt("cachedTokens")).isEqualTo(usage.cachedTokens());
    assertThat(first.getInt("tokens")).isEqualTo(usage.completionTokens());
    assertThat(first.getString("ending")).isIn("max_tokens", "end_token");
    assertTimes(first, timings);
    assertThat(answers.getLast().getString("ending").equals("cancelled"))
        .isEqualTo(cancelledInTime);
  }

  private static void assertTimes(RecordedEvent answer, Timings timings) {
    assertThat(answer.getDuration("queueTime").toNanos()).isEqualTo(timings.queueNanos());
    assertThat(answer.getDuration("promptTime").toNanos()).isEqualTo(timings.promptNanos());
    assertThat(answer.getDuration("firstTokenTime").toNanos()).isEqualTo(timings.firstTokenNanos());
    assertThat(answer.getDuration("decodeTime").toNanos()).isEqualTo(timings.decodeNanos());
    assertThat(answer.getDuration().toNanos())
        .isGreaterThanOrEqualTo(timings.firstTokenNanos() / 2 + timings.decodeNanos() / 2);
  }

  private static void assertLoad(List<RecordedEvent> loads, Path file) {
    assertThat(loads).hasSize(1);
    RecordedEvent load = loads.getFirst();
    assertThat(load.getString("file")).isEqualTo(file.toString());
    assertThat(load.getString("tier")).isEqualTo("scalar");
    assertThat(load.getLong("bytes")).isGreaterThan(10_000);
    assertThat(load.getDuration("packTime")).isBetween(java.time.Duration.ZERO, load.getDuration());
  }

  private static void assertSteps(List<RecordedEvent> steps, int generated) {
    // the prompt in one step, which draws the first token; each further token takes one
    assertThat(steps).hasSize(generated);
    RecordedEvent prompt = steps.getFirst();
    assertThat(prompt.getInt("prefillTokens")).isEqualTo(PROMPT.length);
    assertThat(prompt.getInt("decodeTokens")).isZero();
    assertThat(prompt.getInt("tokens")).isEqualTo(PROMPT.length);
    for (RecordedEvent step : steps.subList(1, steps.size())) {
      assertThat(step.getInt("sequences")).isEqualTo(1);
      assertThat(step.getInt("decodeTokens")).isEqualTo(1);
      assertThat(step.getInt("prefillTokens")).isZero();
    }
  }

  private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
    return events.stream().filter(event -> event.getEventType().getName().equals(name)).toList();
  }

  private static ModelShape shape() {
    return new ModelShape(
        "small",
        300,
        128,
        64,
        2,
        4,
        2,
        16,
        128,
        1e-5,
        10_000,
        Optional.empty(),
        false,
        Optional.empty());
  }
}
