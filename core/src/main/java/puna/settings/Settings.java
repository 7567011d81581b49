package puna.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the environment says: the only place that reads system properties and environment
/// variables.
public final class Settings {
  private Settings() {}

  /// A setting as it was given, which need not be good for anything.
  ///
  /// @param name what people know it by
  public record Text(String name, String value) {}

  /// `PUNA_HOME`: the folder for cached models, instead of the platform's cache folder.
  public static Optional<Text> home() {
    return value("puna.home", "PUNA_HOME");
  }

  /// A system property or, else, an environment variable.
  static Optional<Text> value(String property, String variable) {
    return text(System.getProperty(property))
        .map(value -> new Text(property, value))
        .or(() -> variable(variable));
  }

  static Optional<Text> variable(String name) {
    return text(System.getenv(name)).map(value -> new Text(name, value));
  }

  /// The encoding that the JVM writes names of files in, by the locale that it was started in.
  public static String fileNameEncoding() {
    return System.getProperty("sun.jnu.encoding", "an unknown encoding");
  }

  /// The user's cache folder by the platform's convention; empty where the user has no home. The
  /// user's home is `HOME`, as for every program of the shell and for Puna's own launcher; the
  /// JVM's is that of the password file, and counts where `HOME` is none.
  public static Optional<Path> platformCache() {
    Optional<Path> user = userFolder();
    String os = text(System.getProperty("os.name")).orElse("").toLowerCase(Locale.ROOT);
    if (os.contains("win")) {
      return path(System.getenv("LOCALAPPDATA"))
          .or(() -> user.map(home -> home.resolve("AppData").resolve("Local")));
    }
    if (os.contains("mac")) {
      return user.map(home -> home.resolve("Library").resolve("Caches"));
    }
    return path(System.getenv("XDG_CACHE_HOME")).or(() -> user.map(home -> home.resolve(".cache")));
  }

  /// The user's home, where there is one.
  static Optional<Path> userFolder() {
    return home(System.getenv("HOME")).or(() -> home(System.getProperty("user.home")));
  }

  /// What the JVM believes to be the user's home: for people, who may see that it is none.
  public static String userHome() {
    return "HOME is \"%s\", user.home is \"%s\""
        .formatted(
            Optional.ofNullable(System.getenv("HOME")).orElse(""),
            System.getProperty("user.home", ""));
  }

  /// The system's folder for temporary files; empty where it is not known.
  public static Optional<Path> temporary() {
    return path(System.getProperty("java.io.tmpdir"));
  }

  // A root is the home of whom the system gave none.
  private static Optional<Path> home(@Nullable String value) {
    return path(value).filter(path -> path.getNameCount() > 0);
  }

  /// An absolute path: what a relative one means would depend on where the process runs, and the
  /// JVM writes `?` for what it does not know.
  static Optional<Path> path(@Nullable String value) {
    try {
      return text(value).map(Path::of).filter(Path::isAbsolute);
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  /// `puna.tier`: the fastest kernel tier that may be used (`x64`, `vector`, `scalar`).
  public static Optional<String> tier() {
    return text(System.getProperty("puna.tier"));
  }

  private static Optional<String> text(@Nullable String value) {
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value);
  }
}
