package puna.server.watch;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import puna.server.watch.Metrics.Counter;
import puna.server.wire.Call;
import puna.server.wire.CallListener;
import puna.server.wire.CallRecord;

/// Measures calls by llama-server's names. Thread-safe.
public final class LlamaCppMetrics implements CallListener {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Counter promptTokens;
  private final Counter promptSeconds;
  private final Counter answerTokens;
  private final Counter answerSeconds;
  private final Counter drafts;
  private final Counter guessedTokens;
  private final Counter acceptedTokens;
  private final AtomicLong mostTokens = new AtomicLong();

  /// What is asked for whenever somebody looks.
  ///
  /// @param processing calls that are being answered
  /// @param deferred calls that wait
  /// @param steps of all engines so far
  public record Sources(DoubleSupplier processing, DoubleSupplier deferred, DoubleSupplier steps) {}

  public LlamaCppMetrics(Metrics metrics, Sources sources) {
    promptTokens = counter(metrics, "prompt_tokens_total", "Prompt tokens that were computed.");
    promptSeconds = counter(metrics, "prompt_seconds_total", "Time spent on prompts.");
    answerTokens = counter(metrics, "tokens_predicted_total", "Generated tokens.");
    answerSeconds =
        counter(metrics, "tokens_predicted_seconds_total", "Time from first tokens to last ones.");
    drafts = counter(metrics, "spec_decode_num_drafts_total", "Times that tokens were guessed.");
    guessedTokens = counter(metrics, "spec_decode_num_draft_tokens_total", "Guessed tokens.");
    acceptedTokens =
        counter(metrics, "spec_decode_num_accepted_tokens_total", "Guessed tokens that came.");
    metrics.counter("llamacpp:n_decode_total", "Steps of the engine.", sources.steps);
    metrics.counter(
        "llamacpp:n_tokens_max", "The most tokens of a prompt and its answer.", mostTokens::get);
    gauge(metrics, "requests_processing", "Requests that are answered now.", sources.processing);
    gauge(metrics, "requests_deferred", "Requests that wait.", sources.deferred);
    averages(metrics, sources);
  }

  private void averages(Metrics metrics, Sources sources) {
    gauge(
        metrics,
        "prompt_tokens_seconds",
        "Prompt tokens a second, on average.",
        () -> ratio(promptTokens.value(), promptSeconds.value()));
    gauge(
        metrics,
        "predicted_tokens_seconds",
        "Generated tokens a second, on average.",
        () -> ratio(answerTokens.value(), answerSeconds.value()));
    gauge(
        metrics,
        "n_busy_slots_per_decode",
        "Generated tokens a step, on average.",
        () -> ratio(answerTokens.value(), sources.steps.getAsDouble()));
  }

  private static Counter counter(Metrics metrics, String name, String help) {
    return metrics.counter("llamacpp:" + name, help);
  }

  private static void gauge(Metrics metrics, String name, String help, DoubleSupplier value) {
    metrics.gauge("llamacpp:" + name, help, value);
  }

  private static double ratio(double value, double by) {
    return by == 0 ? 0 : value / by;
  }

  @Override
  public void ended(Call call, long nanos) {
    CallRecord record = call.record();
    promptTokens.add((double) (record.promptTokens() - record.cachedTokens()));
    promptSeconds.add(record.promptNanos() / NANOS_PER_SECOND);
    answerTokens.add((double) record.answerTokens());
    answerSeconds.add(record.answerNanos() / NANOS_PER_SECOND);
    drafts.add((double) record.drafts());
    guessedTokens.add((double) record.guessedTokens());
    acceptedTokens.add((double) record.acceptedTokens());
    mostTokens.accumulateAndGet(record.promptTokens() + record.answerTokens(), Math::max);
  }
}
