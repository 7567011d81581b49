package puna.server;

import java.util.List;
import java.util.Optional;
import puna.server.anthropic.Anthropic;
import puna.server.exchange.Headers;
import puna.server.exchange.Request;
import puna.server.llamaserver.LlamaServer;
import puna.server.ollama.Ollama;
import puna.server.openai.OpenAi;
import puna.server.wire.Dialect;
import puna.server.wire.Route;

/// In which dialect a request is refused.
final class Dialects {
  /// Routes that answer the clients of several dialects alike.
  private static final List<String> SHARED =
      List.of("/v1/models", "/v1/models/{id}", "/models", "/models/{id}");

  private final Dialect openAi = new OpenAi();
  private final Dialect llamaServer = new LlamaServer();
  private final Dialect anthropic = new Anthropic();
  private final Dialect ollama = new Ollama();

  /// The route's dialect; the one that the client most likely speaks where the route is shared, or
  /// there is none.
  Dialect of(Request request, Optional<Route> route) {
    String path = path(request);
    if (Ollama.owns(path)) {
      return ollama;
    }
    boolean isOwn = route.isPresent() && !SHARED.contains(route.get().path());
    return !isOwn && speaksAnthropic(request)
        ? anthropic
        : route.map(Route::dialect).orElse(isOpenAi(path) ? openAi : llamaServer);
  }

  /// Also what has no path that could be read: most clients are OpenAI's.
  private static boolean isOpenAi(String path) {
    return path.startsWith("/v1/") || !path.startsWith("/");
  }

  private static boolean speaksAnthropic(Request request) {
    Headers headers = request.headers();
    String path = path(request);
    return path.startsWith("/v1/messages")
        || path.startsWith("/v1/v1/messages")
        || headers.first("anthropic-version").isPresent()
        || headers.first("x-api-key").isPresent();
  }

  /// As it was meant by clients that write a slash twice.
  private static String path(Request request) {
    return request.path().replaceAll("/+", "/");
  }
}
