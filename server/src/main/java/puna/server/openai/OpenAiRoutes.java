package puna.server.openai;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import puna.server.wire.Endpoint;
import puna.server.wire.Ids;
import puna.server.wire.Route;
import puna.server.work.ModelDesk;

/// The routes of OpenAI's dialect.
public final class OpenAiRoutes {
  private final OpenAi dialect = new OpenAi();
  private final List<Route> routes = new ArrayList<>();

  private OpenAiRoutes() {}

  /// All of them.
  public static List<Route> of(ModelDesk desk, Ids ids, Clock clock) {
    OpenAiRoutes all = new OpenAiRoutes();
    ModelsEndpoint models = new ModelsEndpoint(desk, clock.instant());
    all.at("POST", "/chat/completions", new ChatEndpoint(desk, ids, clock));
    ResponsesEndpoint responses = new ResponsesEndpoint(desk, ids, clock);
    all.at("POST", "/responses", responses);
    all.at("POST", "/responses/input_tokens", responses::inputTokens);
    all.under("POST", "/embeddings", new EmbeddingsEndpoint(desk));
    all.under("POST", "/completions", new CompletionEndpoint(desk, ids, clock));
    all.at("GET", "/models", models::list);
    all.at("GET", "/models/{id}", models::one);
    return all.routes;
  }

  /// Under `/v1` alone: without it another dialect has the path.
  private void under(String method, String path, Endpoint endpoint) {
    routes.add(new Route(method, "/v1" + path, dialect, endpoint));
  }

  /// Under `/v1`, and without it, since clients that join paths themselves forget it.
  private void at(String method, String path, Endpoint endpoint) {
    routes.add(new Route(method, "/v1" + path, dialect, endpoint));
    routes.add(new Route(method, path, dialect, endpoint));
  }
}
