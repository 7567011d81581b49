package puna.server;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import puna.server.keys.ApiKey;

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

  /// The most requests that are answered at a time by default, those included that wait.
  public static final int DEFAULT_MAX_REQUESTS = 1024;

  private final Listening listening;
  private final Access access;
  private final Limits limits;
  private final Insight insight;
  private final Watching watching;

  /// Certificate and key for TLS, as PEM files.
  ///
  /// @param certificate the server's own first, then those that lead to its authority
  /// @param key in PKCS#8
  public record Tls(Path certificate, Path key) {
    public Tls {
      requireNonNull(certificate, "certificate");
      requireNonNull(key, "key");
    }
  }

  /// Who may see something.
  public enum Visibility {
    /// Whoever may call the server.
    SHOWN,
    /// Nobody.
    HIDDEN
  }

  /// Whether clients may have models fetched, and those that were fetched deleted.
  public enum Pulls {
    /// Whoever may call the server may fill its disk.
    ALLOWED,
    /// Nobody: models are those that the server was started with.
    FORBIDDEN
  }

  private record Listening(String host, int port, Optional<Tls> tls) {}

  private record Access(
      List<ApiKey> keys, List<String> hosts, List<String> corsOrigins, Pulls pulls) {}

  private record Limits(long bodyBytes, int requests, Duration slowReader, Duration stop) {}

  private record Insight(
      Optional<Visibility> metrics,
      Optional<Visibility> slots,
      Optional<Path> slotFolder,
      Visibility page) {}

  private record Watching(Consumer<String> accessLog, List<RequestListener> listeners) {}

  private ServerOptions(
      Listening listening, Access access, Limits limits, Insight insight, Watching watching) {
    this.listening = listening;
    this.access = access;
    this.limits = limits;
    this.insight = insight;
    this.watching = watching;
  }

  /// Options of which none is set.
  public static ServerOptions defaults() {
    return new ServerOptions(
        new Listening(DEFAULT_HOST, DEFAULT_PORT, Optional.empty()),
        new Access(List.of(), List.of(), List.of(), Pulls.FORBIDDEN),
        new Limits(
            DEFAULT_MAX_BODY_BYTES,
            DEFAULT_MAX_REQUESTS,
            Duration.ofSeconds(30),
            Duration.ofSeconds(10)),
        new Insight(Optional.empty(), Optional.empty(), Optional.empty(), Visibility.SHOWN),
        new Watching(line -> {}, List.of()));
  }

  private ServerOptions with(Listening value) {
    return new ServerOptions(value, access, limits, insight, watching);
  }

  private ServerOptions with(Access value) {
    return new ServerOptions(listening, value, limits, insight, watching);
  }

  private ServerOptions with(Limits value) {
    return new ServerOptions(listening, access, value, insight, watching);
  }

  private ServerOptions with(Insight value) {
    return new ServerOptions(listening, access, limits, value, watching);
  }

  private ServerOptions with(Watching value) {
    return new ServerOptions(listening, access, limits, insight, value);
  }

  /// The address or name to listen at. Default: [#DEFAULT_HOST].
  public ServerOptions withHost(String value) {
    return with(new Listening(requireNonNull(value, "value"), port(), tls()));
  }

  /// The port to listen at; 0 for any that is free. Default: [#DEFAULT_PORT].
  ///
  /// @throws IllegalArgumentException when it is no port
  public ServerOptions withPort(int value) {
    if (value < 0 || value > 0xffff) {
      throw new IllegalArgumentException("port must be from 0 to 65535, found " + value);
    }
    return with(new Listening(host(), value, tls()));
  }

  /// TLS with that certificate, which is read again when its file changes. Default: none.
  public ServerOptions withTls(Tls value) {
    return with(new Listening(host(), port(), Optional.of(value)));
  }

  /// Keys of which callers must show one; none are needed where there are none. Default: none.
  public ServerOptions withKeys(List<ApiKey> value) {
    return with(new Access(List.copyOf(value), hosts(), corsOrigins(), pulls()));
  }

  /// Names that the server may be called by, beside addresses and those of this machine; `*` for
  /// any. A request for another name is refused, since a foreign web page may have made it.
  /// Default: none.
  public ServerOptions withHosts(List<String> value) {
    return with(new Access(keys(), List.copyOf(value), corsOrigins(), pulls()));
  }

  /// Origins of web pages that may call the server, such as `https://example.org`; `*` for any.
  /// Default: none.
  public ServerOptions withCorsOrigins(List<String> value) {
    return with(new Access(keys(), hosts(), List.copyOf(value), pulls()));
  }

  /// Whether clients may have models of the hub fetched (`/api/pull`), and those that were fetched
  /// deleted. Where they may, all that were fetched are offered. Default: forbidden.
  public ServerOptions withPulls(Pulls value) {
    return with(new Access(keys(), hosts(), corsOrigins(), requireNonNull(value, "value")));
  }

  /// The most bytes that a request's body may have. Default: [#DEFAULT_MAX_BODY_BYTES].
  public ServerOptions withMaxBodyBytes(long value) {
    return with(
        new Limits(requirePositive("maxBodyBytes", value), maxRequests(), slowReader(), stop()));
  }

  /// The most requests that are answered at a time, those included that wait; one more is refused
  /// at once. Default: [#DEFAULT_MAX_REQUESTS].
  public ServerOptions withMaxRequests(int value) {
    int most = (int) requirePositive("maxRequests", value);
    return with(new Limits(maxBodyBytes(), most, slowReader(), stop()));
  }

  /// How long a client may take nothing of what was sent to it, or send nothing of what it began to
  /// send, before it counts as gone. Default: 30 seconds.
  public ServerOptions withSlowReaderTimeout(Duration value) {
    return with(new Limits(maxBodyBytes(), maxRequests(), value, stop()));
  }

  /// How long answers may go on when the server is closed, before they are broken off. Default: 10
  /// seconds.
  public ServerOptions withStopTimeout(Duration value) {
    return with(new Limits(maxBodyBytes(), maxRequests(), slowReader(), value));
  }

  /// Takes one line for each request when it is over; called by many threads. Default: nobody.
  public ServerOptions withAccessLog(Consumer<String> value) {
    return with(new Watching(requireNonNull(value, "value"), listeners()));
  }

  /// One more listener, which is told of each request when it comes and when it is over. Default:
  /// none.
  public ServerOptions withListener(RequestListener value) {
    List<RequestListener> more = new ArrayList<>(listeners());
    more.add(requireNonNull(value, "value"));
    return with(new Watching(accessLog(), List.copyOf(more)));
  }

  /// Who may read `/metrics`. Default: whoever may call the server where it listens on this machine
  /// alone, else nobody.
  public ServerOptions withMetrics(Visibility value) {
    return with(new Insight(Optional.of(value), insight.slots, insight.slotFolder, page()));
  }

  /// Who may read `/slots`. Default: as for [#withMetrics].
  public ServerOptions withSlots(Visibility value) {
    return with(new Insight(insight.metrics, Optional.of(value), insight.slotFolder, page()));
  }

  /// A folder for files with what slots hold, which clients may then write and read. Default: none.
  public ServerOptions withSlotFolder(Path value) {
    return with(new Insight(insight.metrics, insight.slots, Optional.of(value), page()));
  }

  /// Whether browsers are shown a page to chat at `/`. Default: shown.
  public ServerOptions withPage(Visibility value) {
    requireNonNull(value, "value");
    return with(new Insight(insight.metrics, insight.slots, insight.slotFolder, value));
  }

  private static long requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be 1 or more, found %s".formatted(name, value));
    }
    return value;
  }

  /// The address or name to listen at.
  public String host() {
    return listening.host;
  }

  /// The port to listen at.
  public int port() {
    return listening.port;
  }

  /// Certificate and key; empty for none.
  public Optional<Tls> tls() {
    return listening.tls;
  }

  /// The keys.
  public List<ApiKey> keys() {
    return access.keys;
  }

  /// Further names of the server.
  public List<String> hosts() {
    return access.hosts;
  }

  /// Origins of web pages that may call it.
  public List<String> corsOrigins() {
    return access.corsOrigins;
  }

  /// Whether clients may have models fetched.
  public Pulls pulls() {
    return access.pulls;
  }

  /// The most bytes of a body.
  public long maxBodyBytes() {
    return limits.bodyBytes;
  }

  /// The most requests at a time.
  public int maxRequests() {
    return limits.requests;
  }

  /// How long a client may take or send nothing.
  public Duration slowReader() {
    return limits.slowReader;
  }

  /// How long answers may go on when the server is closed.
  public Duration stop() {
    return limits.stop;
  }

  /// Who may read `/metrics`.
  public Visibility metrics() {
    return insight.metrics.orElseGet(this::usualVisibility);
  }

  /// Who may read `/slots`.
  public Visibility slots() {
    return insight.slots.orElseGet(this::usualVisibility);
  }

  /// The folder for slot files; empty for none.
  public Optional<Path> slotFolder() {
    return insight.slotFolder;
  }

  /// Whether browsers are shown a page to chat.
  public Visibility page() {
    return insight.page;
  }

  private Visibility usualVisibility() {
    boolean isLocal =
        host().equals("localhost") || host().startsWith("127.") || host().matches("\\[?::1]?");
    return isLocal ? Visibility.SHOWN : Visibility.HIDDEN;
  }

  Consumer<String> accessLog() {
    return watching.accessLog;
  }

  List<RequestListener> listeners() {
    return watching.listeners;
  }

  /// Where it listens, and how many keys there are.
  @Override
  public String toString() {
    return "ServerOptions[host=%s, port=%s, keys=%s]".formatted(host(), port(), keys().size());
  }
}
