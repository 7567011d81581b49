package puna.server.trace;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import puna.server.RequestListener;
import puna.server.exchange.Headers;

/// A server span for each request, by OpenTelemetry's conventions for HTTP and for generative AI.
/// It goes on with the trace that the client began (`traceparent`), by the propagators of the
/// [OpenTelemetry] that it is given. No text of prompts or answers gets into it.
public final class RequestSpans implements RequestListener {
  private static final double NANOS = 1e9; // in a second
  private static final int FIRST_SERVER_ERROR = 500;

  /// What endpoints do, in the words of the conventions.
  private static final Map<String, List<String>> OPERATIONS =
      Map.of(
          "chat",
          List.of("/chat/completions", "/v1/responses", "/v1/messages", "/api/chat"),
          "text_completion",
          List.of("/v1/completions", "/completion", "/completions", "/infill", "/api/generate"),
          "embeddings",
          List.of("/embeddings", "/embedding", "/api/embed"));

  private static final TextMapGetter<Headers> GETTER =
      (headers, name) -> headers == null ? null : headers.first(name).orElse(null);

  private final OpenTelemetry telemetry;
  private final Tracer tracer;

  /// @param telemetry takes the spans
  @SuppressWarnings("exports") // whoever has one reads its module
  public RequestSpans(OpenTelemetry telemetry) {
    this.telemetry = requireNonNull(telemetry, "telemetry");
    this.tracer = telemetry.getTracer("puna.server");
  }

  @Override
  public Consumer<Report> came(Arrival request) {
    Context parent =
        telemetry
            .getPropagators()
            .getTextMapPropagator()
            .extract(Context.root(), request.headers(), GETTER);
    Optional<String> operation = operation(request.endpoint());
    Span span =
        tracer
            .spanBuilder(operation.orElse((request.method() + " " + request.endpoint()).strip()))
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("http.request.method", request.method())
            .setAttribute("url.path", request.path())
            .setAttribute("puna.request.id", request.id())
            .startSpan();
    if (!request.endpoint().isEmpty()) {
      span.setAttribute("http.route", request.endpoint());
    }
    operation.ifPresent(name -> {
      span.setAttribute("gen_ai.operation.name", name);
      span.setAttribute("gen_ai.provider.name", "puna");
    });
    return report -> end(span, operation, report);
  }

  private static Optional<String> operation(String endpoint) {
    return OPERATIONS.entrySet().stream()
        .filter(entry -> entry.getValue().stream().anyMatch(path -> isAt(endpoint, path)))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /// With and without `/v1` before it.
  private static boolean isAt(String endpoint, String path) {
    return endpoint.equals(path) || endpoint.equals("/v1" + path);
  }

  private static void end(Span span, Optional<String> operation, Report report) {
    if (report.status() > 0) {
      span.setAttribute("http.response.status_code", report.status());
    }
    if (!report.model().isEmpty()) {
      operation.ifPresent(name -> span.updateName(name + " " + report.model()));
      span.setAttribute("gen_ai.request.model", report.model());
      span.setAttribute("gen_ai.response.model", report.model());
    }
    Tokens tokens = report.tokens();
    if (tokens.prompt() + tokens.answer() > 0) {
      span.setAttribute("gen_ai.usage.input_tokens", tokens.prompt());
      span.setAttribute("gen_ai.usage.cache_read.input_tokens", tokens.cached());
      span.setAttribute("gen_ai.usage.output_tokens", tokens.answer());
    }
    report
        .firstToken()
        .ifPresent(time ->
            span.setAttribute("gen_ai.response.time_to_first_chunk", time.toNanos() / NANOS));
    error(report)
        .ifPresent(type -> {
          span.setAttribute("error.type", type);
          span.setStatus(StatusCode.ERROR);
        });
    span.end();
  }

  /// What went wrong here; mistakes of clients are none by the conventions for servers.
  private static Optional<String> error(Report report) {
    if (report.failure().isPresent()) {
      return report.failure().map(failure -> failure.getClass().getName());
    }
    return report.status() >= FIRST_SERVER_ERROR
        ? Optional.of(Integer.toString(report.status()))
        : Optional.empty();
  }
}
