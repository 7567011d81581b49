package puna.server.llamaserver;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.server.watch.Metrics;
import puna.server.wire.Endpoint;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.Route;
import puna.server.work.ModelDesk;

/// The routes of llama-server's dialect.
public final class LlamaServerRoutes {
  private final LlamaServer dialect = new LlamaServer();
  private final List<Route> routes = new ArrayList<>();

  private LlamaServerRoutes() {}

  /// What may be seen of the server.
  ///
  /// @param slots where calls are answered
  /// @param showsSlots whether clients may look at them
  /// @param metrics empty where clients may not look at them
  /// @param slotFolder of files with what slots hold; empty where none may be written
  public record Insight(
      Slots slots, boolean showsSlots, Optional<Metrics> metrics, Optional<Path> slotFolder) {}

  /// All of them.
  public static List<Route> of(ModelDesk desk, Insight insight) {
    LlamaServerRoutes all = new LlamaServerRoutes();
    CompletionEndpoint completions = new CompletionEndpoint(desk, insight.slots);
    all.at("POST", completions, "/completion", "/completions");
    all.at("POST", completions::infill, "/infill");
    TokenEndpoints tokens = new TokenEndpoints(desk);
    all.at("POST", tokens::tokenize, "/tokenize");
    all.at("POST", tokens::detokenize, "/detokenize");
    all.at("POST", tokens::applyTemplate, "/apply-template");
    all.at("POST", new EmbeddingEndpoint(desk), "/embedding", "/embeddings");
    all.at(
        "POST", new RerankEndpoint(desk), "/rerank", "/reranking", "/v1/rerank", "/v1/reranking");
    StatusEndpoints status = new StatusEndpoints(desk, insight.slots);
    all.at("GET", status::health, "/health", "/v1/health");
    all.at("GET", status::props, "/props");
    all.at("POST", status::changeProps, "/props");
    all.at("GET", status::adapters, "/lora-adapters");
    all.at("POST", status::scaleAdapters, "/lora-adapters");
    SlotsEndpoint slots = new SlotsEndpoint(desk, insight.slots, insight.slotFolder);
    all.at("GET", insight.showsSlots ? slots::list : hidden("slots"), "/slots");
    all.at("POST", slots::act, "/slots/{id}");
    all.at(
        "GET", insight.metrics.map(LlamaServerRoutes::shown).orElse(hidden("metrics")), "/metrics");
    return all.routes;
  }

  private static Endpoint hidden(String what) {
    return (call, rest) -> {
      throw Failure.of(
          Kind.NOT_SUPPORTED,
          "%s are not shown here: start the server with --%s".formatted(what, what));
    };
  }

  private static Endpoint shown(Metrics metrics) {
    return (call, rest) ->
        call.reply(200, Metrics.CONTENT_TYPE, metrics.text().getBytes(StandardCharsets.UTF_8));
  }

  private void at(String method, Endpoint endpoint, String... paths) {
    for (String path : paths) {
      routes.add(new Route(method, path, dialect, endpoint));
    }
  }
}
