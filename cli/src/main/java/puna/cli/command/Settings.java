package puna.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/// What the environment says: the only place of the command line that reads system properties and
/// environment variables.
public final class Settings {
  private Settings() {}

  /// Whether the stream `in`, `out` or `err` is a terminal. The launcher finds out and says it in
  /// `puna.terminals`, because Java can only tell about all of them together.
  public static boolean isTerminal(String stream) {
    String terminals = System.getProperty("puna.terminals");
    if (terminals != null) {
      return List.of(terminals.split(",")).contains(stream);
    }
    return Optional.ofNullable(System.console()).map(java.io.Console::isTerminal).orElse(false);
  }

  /// Whether standard input is a pipe, where the system tells.
  public static boolean inputIsPipe() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/0")).toString().startsWith("pipe:");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /// An environment variable that the user has named.
  public static Optional<String> variable(String name) {
    return Optional.ofNullable(System.getenv(name));
  }

  /// All environment variables whose names begin so.
  public static Map<String, String> variables(String prefix) {
    Map<String, String> found = new TreeMap<>(System.getenv());
    found.keySet().removeIf(name -> !name.startsWith(prefix));
    return found;
  }

  /// `TERM`: what kind of terminal the user has; empty where it is not said.
  static String terminalKind() {
    return Optional.ofNullable(System.getenv("TERM")).orElse("");
  }

  /// `NO_COLOR`, which wants no colours whatever it holds (https://no-color.org).
  static boolean refusesColours() {
    return !Optional.ofNullable(System.getenv("NO_COLOR")).orElse("").isEmpty();
  }

  /// How many columns standard output has, where it is a terminal and the launcher could tell.
  public static OptionalInt columns() {
    try {
      return OptionalInt.of(Integer.parseInt(System.getProperty("puna.columns", "")));
    } catch (NumberFormatException _) {
      return OptionalInt.empty();
    }
  }

  public static String javaVersion() {
    return System.getProperty("java.runtime.version")
        + " ("
        + System.getProperty("java.vendor")
        + ")";
  }

  public static String operatingSystem() {
    return System.getProperty("os.name") + " " + System.getProperty("os.version");
  }

  public static String architecture() {
    return System.getProperty("os.arch");
  }
}
