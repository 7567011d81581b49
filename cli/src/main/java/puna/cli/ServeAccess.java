package puna.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.cli.command.CommandException;
import puna.cli.command.Numbers;
import puna.cli.command.UsageException;
import puna.server.ServerOptions;
import puna.server.keys.ApiKey;

/// Where `puna serve` listens, and who may call.
final class ServeAccess {
  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "The address to listen at (default: 127.0.0.1, so that this machine alone can call).")
  private String host = ServerOptions.DEFAULT_HOST;

  @Option(
      names = "--port",
      paramLabel = "N",
      converter = Numbers.NonNegative.class,
      description = "The port to listen at; 0 for any that is free (default: 8080).")
  private int port = ServerOptions.DEFAULT_PORT;

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description =
          "Keys of which callers must show one, a line each: KEY or sha256:HASH, and behind it, if"
              + " wanted, name=NAME rate=REQUESTS-A-MINUTE concurrent=N.")
  private @Nullable Path keyFile;

  @Option(
      names = "--without-keys",
      description = "Listen where other machines can call, though nobody needs a key.")
  private boolean withoutKeys;

  @Option(
      names = "--allow-host",
      paramLabel = "NAME",
      description =
          "A name that the server may be called by, beside addresses and localhost; may be repeated;"
              + " * for any.")
  private List<String> hosts = List.of();

  @Option(
      names = "--cors-origin",
      paramLabel = "ORIGIN",
      description =
          "Web pages of that origin (scheme and host, as in their address) may call; may be repeated;"
              + " * for any.")
  private List<String> origins = List.of();

  @Option(
      names = "--allow-pull",
      description =
          "Clients may fetch models of the hub (Ollama's /api/pull) onto this machine's disk, and"
              + " delete fetched ones; all that were fetched are served.")
  private boolean allowPull;

  @Option(
      names = "--ssl-cert-file",
      paramLabel = "FILE",
      description = "The certificate for TLS (PEM); it is read again when it changes.")
  private @Nullable Path certificate;

  @Option(
      names = "--ssl-key-file",
      paramLabel = "FILE",
      description = "Its private key (PEM, PKCS#8, not encrypted).")
  private @Nullable Path certificateKey;

  @Option(
      names = "--max-body",
      paramLabel = "SIZE",
      converter = Numbers.Bytes.class,
      description = "The largest request, such as 8M (default: 32M).")
  private long maxBody = ServerOptions.DEFAULT_MAX_BODY_BYTES;

  @Option(
      names = "--max-requests",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Requests that are answered at a time, waiting ones too (default: 1024).")
  private int maxRequests = ServerOptions.DEFAULT_MAX_REQUESTS;

  @Option(
      names = {"-to", "--timeout"},
      paramLabel = "SECONDS",
      converter = Numbers.Positive.class,
      description =
          "How long a client may take nothing, or send nothing, before it counts as gone (default:"
              + " 30).")
  private int timeout = 30;

  @Option(
      names = "--stop-timeout",
      paramLabel = "SECONDS",
      converter = Numbers.NonNegative.class,
      description = "How long answers may go on when the server is stopped (default: 10).")
  private int stopTimeout = 10;

  @Option(names = "--no-access-log", description = "Print no line for each request.")
  private boolean noAccessLog;

  /// @param log takes a line for each request
  ServerOptions options(Consumer<String> log) throws IOException {
    requireConsent();
    if (port > 0xffff) {
      throw new UsageException("--port must be from 0 to 65535, found " + port);
    }
    ServerOptions options =
        ServerOptions.defaults()
            .withHost(host)
            .withPort(port)
            .withHosts(hosts)
            .withCorsOrigins(origins)
            .withMaxBodyBytes(maxBody)
            .withMaxRequests(maxRequests)
            .withSlowReaderTimeout(Duration.ofSeconds(timeout))
            .withStopTimeout(Duration.ofSeconds(stopTimeout));
    options = allowPull ? options.withPulls(ServerOptions.Pulls.ALLOWED) : options;
    options = noAccessLog ? options : options.withAccessLog(log);
    options = keyFile == null ? options : options.withKeys(keys(keyFile));
    if ((certificate == null) != (certificateKey == null)) {
      throw new UsageException("--ssl-cert-file and --ssl-key-file go together");
    }
    return certificate == null || certificateKey == null
        ? options
        : options.withTls(new ServerOptions.Tls(certificate, certificateKey));
  }

  private static List<ApiKey> keys(Path file) {
    try {
      return ApiKey.read(file);
    } catch (IllegalArgumentException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (NoSuchFileException e) {
      throw new CommandException("--api-key-file %s: there is no such file".formatted(file), e);
    } catch (IOException e) {
      throw new CommandException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// Whoever lets other machines call must mean it.
  private void requireConsent() throws IOException {
    if (keyFile == null && !withoutKeys && !isLoopback()) {
      throw new UsageException(
          "at --host %s other machines can call: give keys (--api-key-file), or say that nobody needs"
                  .formatted(host)
              + " one (--without-keys)");
    }
  }

  private boolean isLoopback() throws IOException {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new CommandException("--host %s: there is no such address here".formatted(host), e);
    }
  }

  /// Where it listens.
  String place() {
    return host + ":" + port;
  }

  /// Where clients find the server.
  String url(int boundPort) {
    String name = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    return "%s://%s:%s"
        .formatted(
            certificate == null ? "http" : "https",
            name.contains(":") ? "[" + name + "]" : name,
            boundPort);
  }

  boolean usesTls() {
    return certificate != null;
  }

  boolean needsKeys() {
    return keyFile != null;
  }
}
