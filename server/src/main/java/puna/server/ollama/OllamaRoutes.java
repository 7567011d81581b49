package puna.server.ollama;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.ModelLibrary;
import puna.server.wire.Endpoint;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.Route;
import puna.server.work.ModelDesk;

/// The routes of Ollama's dialect.
public final class OllamaRoutes {
  private final Ollama dialect = new Ollama();
  private final List<Route> routes = new ArrayList<>();

  private OllamaRoutes() {}

  /// All of them.
  ///
  /// @param library that clients may fetch into; empty where they may not
  public static List<Route> of(ModelDesk desk, Clock clock, Optional<ModelLibrary> library) {
    ModelShelf shelf = new ModelShelf(desk);
    Optional<FetchedModels> fetched = library.map(all -> new FetchedModels(all, desk.models()));
    fetched.ifPresent(FetchedModels::offer);
    ListEndpoints lists = new ListEndpoints(shelf, clock);
    ShelfEndpoints changes = new ShelfEndpoints(shelf, fetched);
    EmbedEndpoints embeddings = new EmbedEndpoints(shelf);
    OllamaRoutes all = new OllamaRoutes();
    all.at("GET", "/", lists::root);
    all.at("GET", "/api/version", lists::version);
    all.at("GET", "/api/tags", lists::tags);
    all.at("GET", "/api/ps", lists::loaded);
    all.at("POST", "/api/show", lists::show);
    all.at("POST", "/api/chat", new ChatEndpoint(shelf, clock));
    all.at("POST", "/api/generate", new GenerateEndpoint(shelf, clock));
    all.at("POST", "/api/embed", embeddings::embed);
    all.at("POST", "/api/embeddings", embeddings::old);
    all.at("POST", "/api/pull", new PullEndpoint(shelf, fetched));
    all.at("POST", "/api/copy", changes::copy);
    all.at("DELETE", "/api/delete", changes::delete);
    all.unsupported("/api/create");
    all.unsupported("/api/push");
    all.unsupported("/api/blobs/{digest}");
    all.at("GET", "/api/blobs/{digest}", OllamaRoutes::noBlob);
    return all.routes;
  }

  private void at(String method, String path, Endpoint endpoint) {
    routes.add(new Route(method, path, dialect, endpoint));
  }

  /// Said clearly: success with nothing done would be found out later.
  private void unsupported(String path) {
    at(
        "POST",
        path,
        (call, rest) -> {
          throw Failure.of(
              Kind.NOT_SUPPORTED, call.request().path() + " is not supported by this server");
        });
  }

  private static void noBlob(puna.server.wire.Call call, String digest) {
    throw Failure.of(Kind.NO_ROUTE, "blob \"%s\" not found".formatted(digest));
  }
}
