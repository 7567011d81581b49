package puna.settings;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the environment says: the only place that reads system properties and environment
/// variables.
public final class Settings {
  private Settings() {}

  /// `PUNA_HOME`: the folder for cached models, instead of the platform's cache folder.
  public static Optional<Path> home() {
    return text(System.getProperty("puna.home"))
        .or(() -> text(System.getenv("PUNA_HOME")))
        .map(Path::of);
  }

  /// The user's cache folder by the platform's convention.
  public static Path platformCache() {
    Path user = Path.of(System.getProperty("user.home"));
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (os.contains("win")) {
      return text(System.getenv("LOCALAPPDATA"))
          .map(Path::of)
          .orElse(user.resolve("AppData").resolve("Local"));
    }
    if (os.contains("mac")) {
      return user.resolve("Library").resolve("Caches");
    }
    return text(System.getenv("XDG_CACHE_HOME"))
        .map(Path::of)
        .filter(Path::isAbsolute)
        .orElse(user.resolve(".cache"));
  }

  /// `puna.tier`: the fastest kernel tier that may be used (`x64`, `vector`, `scalar`).
  public static Optional<String> tier() {
    return text(System.getProperty("puna.tier"));
  }

  private static Optional<String> text(@Nullable String value) {
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value);
  }
}
