package puna.cli;

import java.util.List;
import java.util.Optional;

/// What the environment says: the only place of the command line that reads system properties and
/// environment variables.
final class Settings {
  private Settings() {}

  /// Whether the stream `in`, `out` or `err` is a terminal. The launcher finds out and says it in
  /// `puna.terminals`, because Java can only tell about all of them together.
  static boolean isTerminal(String stream) {
    String terminals = System.getProperty("puna.terminals");
    if (terminals != null) {
      return List.of(terminals.split(",")).contains(stream);
    }
    return Optional.ofNullable(System.console()).map(java.io.Console::isTerminal).orElse(false);
  }

  static String javaVersion() {
    return System.getProperty("java.runtime.version")
        + " ("
        + System.getProperty("java.vendor")
        + ")";
  }

  static String operatingSystem() {
    return System.getProperty("os.name") + " " + System.getProperty("os.version");
  }

  static String architecture() {
    return System.getProperty("os.arch");
  }
}
