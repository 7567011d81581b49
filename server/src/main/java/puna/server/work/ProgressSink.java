package puna.server.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import puna.Answer;
import puna.PromptProgress;
import puna.json.JsonValue.JsonObject;

/// Tells of each answer how far its prompt is processed, until all of it is: a few times a second,
/// and in any case once before what is generated.
public final class ProgressSink<E> implements Answering.Sink<E> {
  private static final int NANOS_PER_MILLI = 1_000_000;

  private final Answering.Sink<E> sink;
  private final List<? extends Answer<?, ?>> answers;
  private final Report report;
  private final List<Told> told = new ArrayList<>();

  /// Tells of one answer.
  public interface Report {
    /// @param progress as a JSON object
    void tell(int answer, JsonObject progress);
  }

  /// What was told of an answer.
  private static final class Told {
    private int processed = -1;
    private boolean isOver;
  }

  /// A sink that tells of progress too, where that is wanted; else the sink itself.
  ///
  /// @param sink takes the answers themselves
  public static <E> Answering.Sink<E> where(
      boolean wanted, Answering.Sink<E> sink, List<? extends Answer<?, ?>> answers, Report report) {
    return wanted ? new ProgressSink<>(sink, answers, report) : sink;
  }

  private ProgressSink(
      Answering.Sink<E> sink, List<? extends Answer<?, ?>> answers, Report report) {
    this.sink = sink;
    this.answers = answers;
    this.report = report;
    answers.forEach(answer -> told.add(new Told()));
  }

  private void tell(int number) {
    Told of = told.get(number);
    PromptProgress progress = answers.get(number).promptProgress();
    if (progress.processedTokens() > of.processed) {
      of.processed = progress.processedTokens();
      report.tell(number, json(progress));
    }
    of.isOver = progress.isDone();
  }

  private void tellBefore(int number) {
    if (!told.get(number).isOver) {
      tell(number);
    }
  }

  private static JsonObject json(PromptProgress progress) {
    return JsonObject.builder()
        .put("total", progress.promptTokens())
        .put("cache", progress.cachedTokens())
        .put("processed", progress.processedTokens())
        .put("time_ms", progress.nanos() / NANOS_PER_MILLI)
        .build();
  }

  @Override
  public void element(int answer, E element) {
    tellBefore(answer);
    sink.element(answer, element);
  }

  @Override
  public void end(int answer) {
    tellBefore(answer);
    told.get(answer).isOver = true;
    sink.end(answer);
  }

  @Override
  public Duration patience() {
    return told.stream().allMatch(each -> each.isOver) ? sink.patience() : Duration.ZERO;
  }

  @Override
  public void idle() {
    for (int i = 0; i < told.size(); i++) {
      tellBefore(i);
    }
    sink.flush();
    sink.idle();
  }

  @Override
  public void flush() {
    sink.flush();
  }
}
