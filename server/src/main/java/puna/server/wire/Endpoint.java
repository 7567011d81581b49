package puna.server.wire;

/// What answers the requests of one route.
public interface Endpoint {
  /// Answers a request, or throws what is wrong: a [Failure], or an exception of the engine.
  ///
  /// @param rest the part of the path that the route leaves open, decoded; else empty
  void serve(Call call, String rest);
}
