package puna.server.watch;

import java.util.LinkedHashMap;
import java.util.Map;
import puna.server.watch.Metrics.Histogram;
import puna.server.wire.Call;
import puna.server.wire.CallListener;
import puna.server.wire.CallRecord;

/// Measures calls by the names of OpenTelemetry's conventions for generative AI. Thread-safe.
public final class GenAiMetrics implements CallListener {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double[] DURATIONS = {
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92
  };
  private static final double[] FIRST_TOKENS = {
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
  };
  private static final double[] NEXT_TOKENS = {
    0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5
  };

  private final Histogram duration;
  private final Histogram firstToken;
  private final Histogram nextToken;

  public GenAiMetrics(Metrics metrics) {
    duration =
        metrics.histogram(
            "gen_ai_server_request_duration_seconds", "Time to the end of a reply.", DURATIONS);
    firstToken =
        metrics.histogram(
            "gen_ai_server_time_to_first_token_seconds", "Time to the first token.", FIRST_TOKENS);
    nextToken =
        metrics.histogram(
            "gen_ai_server_time_per_output_token_seconds",
            "Time from a token to the next.",
            NEXT_TOKENS);
  }

  @Override
  public void ended(Call call, long nanos) {
    CallRecord record = call.record();
    String operation = operation(record.endpoint());
    if (record.model().isEmpty() || operation.isEmpty()) {
      return;
    }
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("model", record.model());
    labels.put("operation", operation);
    labels.put("dialect", call.dialect().name());
    labels.put("status", Integer.toString(record.status()));
    duration.record(labels, nanos / NANOS_PER_SECOND);
    if (record.firstTokenNanos() > 0) {
      firstToken.record(labels, record.firstTokenNanos() / NANOS_PER_SECOND);
    }
    if (record.answerTokens() > 1 && record.answerNanos() > 0) {
      double seconds = record.answerNanos() / NANOS_PER_SECOND;
      nextToken.record(labels, seconds / (record.answerTokens() - 1));
    }
  }

  /// What a route does, in the conventions' words; empty for what no model works at.
  private static String operation(String route) {
    String end = route.substring(route.lastIndexOf('/') + 1);
    return switch (end) {
      case "completions" -> route.endsWith("/chat/completions") ? "chat" : "text_completion";
      case "responses", "messages", "chat" -> "chat";
      case "completion", "generate", "infill" -> "text_completion";
      case "embedding", "embeddings", "embed" -> "embeddings";
      case "rerank", "reranking" -> "rerank";
      default -> "";
    };
  }
}
