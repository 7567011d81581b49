package puna.server.wire;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import puna.server.exchange.Request;
import puna.server.wire.Failure.Kind;

/// Finds the route of a request.
public final class Router {
  private final List<Route> routes;

  /// @param routes in order of precedence
  public Router(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  /// A route, and what it leaves open.
  public record Match(Route route, String rest) {}

  /// All routes.
  public List<Route> routes() {
    return routes;
  }

  /// The route of that request; `HEAD` is answered as `GET` is.
  public Optional<Match> find(String method, String path) {
    String asked = method.equals("HEAD") ? "GET" : method;
    for (Route route : routes) {
      Optional<String> rest = route.method().equals(asked) ? route.match(path) : Optional.empty();
      if (rest.isPresent()) {
        return Optional.of(new Match(route, rest.get()));
      }
    }
    return Optional.empty();
  }

  /// The methods that a path knows, with commas between them; empty where there is nothing.
  public String methods(String path) {
    return routes.stream()
        .filter(route -> route.match(path).isPresent())
        .map(Route::method)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /// What is wrong with a request that has no route: its method, or its path.
  ///
  /// @param methods that its path knows, with commas between them
  public static Failure missing(Request request, String methods) {
    String method = request.method();
    String path = request.path();
    return methods.isEmpty()
        ? Failure.of(
                Kind.NO_ROUTE, "there is nothing at %s %s%s".formatted(method, path, hint(request)))
            .withCode("unknown_url")
        : Failure.of(Kind.WRONG_METHOD, "%s knows %s, not %s".formatted(path, methods, method))
            .withCode("unknown_url");
  }

  /// What users do whose client puts its path behind a base URL that ends in `/v1` or in a slash.
  private static String hint(Request request) {
    String path = request.path();
    String twice = "/v1/v1/";
    if (path.startsWith(twice)) {
      return ": /v1 is there twice; " + rightUrl(request, "/v1/" + path.substring(twice.length()));
    }
    return path.contains("//")
        ? ": a slash is there twice; " + rightUrl(request, path.replaceAll("/+", "/"))
        : "";
  }

  private static String rightUrl(Request request, String path) {
    return "the client's base URL must be one with which it asks for http://%s%s"
        .formatted(request.headers().first("Host").orElse("HOST"), path);
  }
}
