package puna.server.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.server.ServerOptions;
import puna.server.TestServer;

@Timeout(600)
class RequestSpansTest {
  private static final InMemorySpanExporter SPANS = InMemorySpanExporter.create();
  private static final String CHAT =
      """
      {"model": "smollm2-135m", "max_tokens": 4, "temperature": 0,
       "messages": [{"role": "user", "content": "Tell me of alpacas."}]}\
      """;

  private static OpenTelemetrySdk telemetry;
  private static TestServer server;

  @BeforeAll
  static void start() {
    telemetry =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(SPANS))
                    .build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
    server =
        new TestServer(
            ServerOptions.defaults()
                .withListener(request -> {
                  throw new IllegalStateException("a listener that fails");
                })
                .withListener(request ->
                    report -> {
                      throw new IllegalStateException("one that fails at the end");
                    })
                .withListener(new RequestSpans(telemetry)));
  }

  @AfterAll
  static void stop() {
    server.close();
    telemetry.close();
  }

  @BeforeEach
  void forget() {
    SPANS.reset();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "true"})
  void aChatIsASpanOfTheClientsTrace(String stream) throws InterruptedException {
    assertThat(
            server
                .post(
                    "/v1/chat/completions",
                    TestServer.with(CHAT, "\"stream\": " + stream),
                    "traceparent",
                    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .status())
        .isEqualTo(200);
    SpanData span = span();
    assertThat(span.getTraceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(span.getParentSpanId()).isEqualTo("b7ad6b7169203331");
    assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(span.getName()).isEqualTo("chat smollm2-135m");
    assertThat(text(span, "gen_ai.operation.name")).isEqualTo("chat");
    assertThat(text(span, "gen_ai.provider.name")).isEqualTo("puna");
    assertThat(text(span, "gen_ai.request.model")).isEqualTo("smollm2-135m");
    assertThat(text(span, "http.route")).isEqualTo("/v1/chat/completions");
    assertThat(number(span, "http.response.status_code")).isEqualTo(200);
    assertThat(number(span, "gen_ai.usage.input_tokens")).isGreaterThan(10);
    assertThat(number(span, "gen_ai.usage.output_tokens")).isEqualTo(4);
    assertThat(
            span.getAttributes().get(AttributeKey.doubleKey("gen_ai.response.time_to_first_chunk")))
        .isPositive();
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.getAttributes().toString()).doesNotContain("alpaca");
  }

  @Test
  void otherRequestsAreSpansToo() throws InterruptedException {
    assertThat(server.get("/v1/models/smollm2-135m").status()).isEqualTo(200);
    SpanData span = span();
    assertThat(span.getName()).isEqualTo("GET /v1/models/{id}");
    assertThat(span.getParentSpanContext().isValid()).isFalse();
    assertThat(text(span, "gen_ai.operation.name")).isNull();
  }

  @Test
  void whatIsWrongHereIsAnErrorAndWhatClientsDoWrongIsNone() throws InterruptedException {
    assertThat(server.post("/v1/chat/completions", "{").status()).isEqualTo(400);
    assertThat(span().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    SPANS.reset();
    assertThat(server.post("/api/create", "{}").status()).isEqualTo(501);
    SpanData span = span();
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(span, "error.type")).isEqualTo("501");
  }

  @Test
  void noOtherPackageNamesOpenTelemetry() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java", "puna"))) {
      List<Path> naming =
          files
              .filter(Files::isRegularFile)
              .filter(file -> contents(file).contains("io.opentelemetry"))
              .toList();
      assertThat(naming)
          .isNotEmpty()
          .allMatch(
              file -> file.startsWith(Path.of("src", "main", "java", "puna", "server", "trace")));
    }
  }

  private static String contents(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// A request's span ends a moment after its reply.
  private static SpanData span() throws InterruptedException {
    while (SPANS.getFinishedSpanItems().isEmpty()) {
      Thread.sleep(2);
    }
    assertThat(SPANS.getFinishedSpanItems()).hasSize(1);
    return SPANS.getFinishedSpanItems().getFirst();
  }

  private static String text(SpanData span, String name) {
    return span.getAttributes().get(AttributeKey.stringKey(name));
  }

  private static Long number(SpanData span, String name) {
    return span.getAttributes().get(AttributeKey.longKey(name));
  }
}
