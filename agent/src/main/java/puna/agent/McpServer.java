package puna.agent;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import puna.chat.Tool;

/// An MCP server and how to talk to it: a command whose process speaks over its standard streams,
/// or an address. [McpTools#connect(McpServer)] opens it.
///
/// ```
/// McpServer.stdio("npx", "-y", "@modelcontextprotocol/server-filesystem", ".").withPrefix("files_")
/// McpServer.http("https://example.org/mcp").withHeaders(() -> Map.of("Authorization", token()))
/// ```
public final class McpServer {
  private static final Pattern ADDRESS = Pattern.compile("(?i)https?://");
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

  /// The kinds of ways to a server.
  sealed interface Place {}

  /// A process that is started.
  record Command(
      List<String> words,
      Map<String, String> environment,
      List<String> inherited,
      Optional<Path> folder)
      implements Place {
    Command {
      words = List.copyOf(words);
      environment = Map.copyOf(environment);
      inherited = List.copyOf(inherited);
      if (words.isEmpty() || words.getFirst().isBlank()) {
        throw new IllegalArgumentException("a server's command must have a program, found none");
      }
    }
  }

  /// An endpoint of the streamable HTTP transport.
  record Address(URI uri, Map<String, String> fixed, Supplier<Map<String, String>> headers)
      implements Place {}

  private record Options(String prefix, Duration timeout, int restarts) {}

  private final Place place;
  private final Options options;

  private McpServer(Place place, Options options) {
    this.place = place;
    this.options = options;
  }

  private McpServer(Place place) {
    this(place, new Options("", DEFAULT_TIMEOUT, 0));
  }

  /// A program that is started and spoken to over its standard input and output.
  ///
  /// @param command the program and its arguments
  /// @throws IllegalArgumentException when there is no program
  public static McpServer stdio(String... command) {
    return stdio(List.of(command));
  }

  /// A program that is started and spoken to over its standard input and output.
  ///
  /// @param command the program and its arguments
  /// @throws IllegalArgumentException when there is no program
  public static McpServer stdio(List<String> command) {
    return new McpServer(new Command(command, Map.of(), List.of(), Optional.empty()));
  }

  /// What people write on a command line: an address if it begins like one, else a command whose
  /// words are separated by spaces; a word with spaces stands in quotation marks.
  ///
  /// @throws IllegalArgumentException when it is neither
  public static McpServer of(String reference) {
    return ADDRESS.matcher(reference.strip()).lookingAt()
        ? http(reference.strip())
        : stdio(CommandWords.of(reference));
  }

  /// A server at an address (streamable HTTP transport).
  ///
  /// @param address the endpoint, with its path and query; without a path it is `/mcp`, or `/` if
  ///   nothing is there
  /// @throws IllegalArgumentException when it is no address of `http` or `https`
  public static McpServer http(String address) {
    return http(URI.create(address));
  }

  /// As [#http(String)].
  ///
  /// @throws IllegalArgumentException when it is no address of `http` or `https`
  public static McpServer http(URI address) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    if (!List.of("http", "https").contains(scheme) || address.getHost() == null) {
      throw new IllegalArgumentException(
          "a server's address must begin with http:// or https:// and have a host, found \"%s\""
              .formatted(withoutSecrets(address)));
    }
    return new McpServer(new Address(address, Map.of(), Map::of));
  }

  /// Sets variables of the process. Default: of the host's variables it gets those that have to do
  /// with the user and the system (HOME, PATH, SHELL, TERM, USER and their kin) and no others, for
  /// among them may be secrets.
  ///
  /// @throws IllegalStateException when the server is not started here
  public McpServer withEnvironment(Map<String, String> variables) {
    Command old = command("environment");
    Map<String, String> all = new LinkedHashMap<>(old.environment);
    all.putAll(variables);
    return with(new Command(old.words, all, old.inherited, old.folder));
  }

  /// Hands on more of the host's variables; those that the host does not have are passed over.
  ///
  /// @throws IllegalStateException when the server is not started here
  public McpServer withInherited(String... names) {
    Command old = command("environment");
    List<String> all = new ArrayList<>(old.inherited);
    all.addAll(List.of(names));
    return with(new Command(old.words, old.environment, all, old.folder));
  }

  /// Sets the folder in which the process runs. Default: that of this process.
  ///
  /// @throws IllegalStateException when the server is not started here
  public McpServer withFolder(Path folder) {
    Command old = command("folder");
    return with(new Command(old.words, old.environment, old.inherited, Optional.of(folder)));
  }

  /// Sends a header with each request, such as `X-Api-Key`.
  ///
  /// @throws IllegalStateException when the server has no address
  public McpServer withHeader(String name, String value) {
    Address old = address();
    Map<String, String> all = new LinkedHashMap<>(old.fixed);
    all.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
    return with(new Address(old.uri, Map.copyOf(all), old.headers));
  }

  /// Sends headers that are asked for anew at each request, because tokens end. They come on top of
  /// those of [#withHeader].
  ///
  /// @param headers may be asked from any thread
  /// @throws IllegalStateException when the server has no address
  public McpServer withHeaders(Supplier<Map<String, String>> headers) {
    Address old = address();
    return with(new Address(old.uri, old.fixed, requireNonNull(headers, "headers")));
  }

  /// Puts a prefix in front of the names of the tools, so that two servers may have tools of the
  /// same name. Default: none.
  ///
  /// @throws IllegalArgumentException when no name may begin like this
  public McpServer withPrefix(String prefix) {
    if (!prefix.isEmpty() && !Tool.isName(prefix)) {
      throw new IllegalArgumentException(
          "a prefix must be letters, digits or _-.:/, found \"%s\"".formatted(prefix));
    }
    return new McpServer(place, new Options(prefix, options.timeout, options.restarts));
  }

  /// Sets the time that each request may take. Default: 60 seconds.
  ///
  /// @throws IllegalArgumentException when it is not positive
  public McpServer withTimeout(Duration timeout) {
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout must be positive, found " + timeout);
    }
    return new McpServer(place, new Options(options.prefix, timeout, options.restarts));
  }

  /// Sets how often a server that has ended is started anew, which the next call of one of its
  /// tools does. The call during which it ended fails in any case, for it may have had an effect.
  /// Default: 0.
  ///
  /// @throws IllegalArgumentException when it is negative
  public McpServer withRestarts(int most) {
    if (most < 0) {
      throw new IllegalArgumentException("restarts must be 0 or more, found " + most);
    }
    return new McpServer(place, new Options(options.prefix, options.timeout, most));
  }

  String prefix() {
    return options.prefix;
  }

  Duration timeout() {
    return options.timeout;
  }

  int restarts() {
    return options.restarts;
  }

  McpTransport transport() {
    return switch (place) {
      case Command command -> new StdioTransport(command);
      case Address address -> new HttpTransport(address, options.timeout);
    };
  }

  private McpServer with(Place other) {
    return new McpServer(other, options);
  }

  private Command command(String option) {
    if (place instanceof Command command) {
      return command;
    }
    throw new IllegalStateException(
        "only a server that is started here has %s of its own, found %s".formatted(option, this));
  }

  private Address address() {
    if (place instanceof Address address) {
      return address;
    }
    throw new IllegalStateException("only a server with an address takes headers, found " + this);
  }

  /// The address without user and query, for these may hold keys.
  static String withoutSecrets(URI uri) {
    @Nullable String host = uri.getHost();
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return "%s://%s%s%s".formatted(uri.getScheme(), host, port, uri.getPath());
  }

  /// The command, or the address without its query.
  @Override
  public String toString() {
    return switch (place) {
      case Command command -> McpText.line(String.join(" ", command.words), 200);
      case Address address -> withoutSecrets(address.uri);
    };
  }
}
