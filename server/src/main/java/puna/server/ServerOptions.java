package puna.server;

import java.util.List;

/// How a server is run.
///
/// Immutable: each `with…` method returns a copy with one option set.
public final class ServerOptions {
  /// Where it listens by default: reachable from this machine alone.
  public static final String DEFAULT_HOST = "127.0.0.1";

  /// The port by default, as llama-server has it.
  public static final int DEFAULT_PORT = 8080;

  /// The most bytes of a request's body by default.
  public static final long DEFAULT_MAX_BODY_BYTES = 32L << 20;

  private final Values values;

  private record Values(
      String host,
      int port,
      List<String> keys,
      List<String> hosts,
      List<String> corsOrigins,
      long maxBodyBytes) {}

  private ServerOptions(Values values) {
    this.values = values;
  }

  /// Options of which none is set.
  public static ServerOptions defaults() {
    return new ServerOptions(
        new Values(
            DEFAULT_HOST, DEFAULT_PORT, List.of(), List.of(), List.of(), DEFAULT_MAX_BODY_BYTES));
  }

  /// The address or name to listen at. Default: [#DEFAULT_HOST].
  public ServerOptions withHost(String value) {
    return new ServerOptions(
        new Values(value, port(), keys(), hosts(), corsOrigins(), maxBodyBytes()));
  }

  /// The port to listen at; 0 for any that is free. Default: [#DEFAULT_PORT].
  public ServerOptions withPort(int value) {
    return new ServerOptions(
        new Values(host(), value, keys(), hosts(), corsOrigins(), maxBodyBytes()));
  }

  /// Keys of which callers must show one; none are needed where there are none. Default: none.
  public ServerOptions withKeys(List<String> value) {
    return new ServerOptions(
        new Values(host(), port(), List.copyOf(value), hosts(), corsOrigins(), maxBodyBytes()));
  }

  /// Names that the server may be called by, beside addresses and those of this machine; `*` for
  /// any. Default: none.
  public ServerOptions withHosts(List<String> value) {
    return new ServerOptions(
        new Values(host(), port(), keys(), List.copyOf(value), corsOrigins(), maxBodyBytes()));
  }

  /// Origins of web pages that may call the server, such as `https://example.org`; `*` for any.
  /// Default: none.
  public ServerOptions withCorsOrigins(List<String> value) {
    return new ServerOptions(
        new Values(host(), port(), keys(), hosts(), List.copyOf(value), maxBodyBytes()));
  }

  /// The most bytes that a request's body may have. Default: [#DEFAULT_MAX_BODY_BYTES].
  public ServerOptions withMaxBodyBytes(long value) {
    return new ServerOptions(new Values(host(), port(), keys(), hosts(), corsOrigins(), value));
  }

  /// The address or name to listen at.
  public String host() {
    return values.host;
  }

  /// The port to listen at.
  public int port() {
    return values.port;
  }

  /// The keys.
  public List<String> keys() {
    return values.keys;
  }

  /// Further names of the server.
  public List<String> hosts() {
    return values.hosts;
  }

  /// Origins of web pages that may call it.
  public List<String> corsOrigins() {
    return values.corsOrigins;
  }

  /// The most bytes of a body.
  public long maxBodyBytes() {
    return values.maxBodyBytes;
  }

  /// What is set, without the keys.
  @Override
  public String toString() {
    return "ServerOptions[host=%s, port=%s, keys=%s]".formatted(host(), port(), keys().size());
  }
}
