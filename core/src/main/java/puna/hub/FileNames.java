package puna.hub;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import puna.error.ModelNotFoundException;
import puna.settings.Settings;

/// Names of files that are no paths here, and why they are none.
///
/// On Unix the JVM writes names of files in the encoding of its locale, which is ASCII where none
/// is set, as in containers; a name with other characters cannot be written then.
final class FileNames {
  private FileNames() {}

  /// The folder that a setting names.
  ///
  /// @throws ModelNotFoundException when it is no path, with the setting's name
  static Path require(Settings.Text setting) {
    try {
      return Path.of(setting.value());
    } catch (InvalidPathException e) {
      throw new ModelNotFoundException(
          "%s: \"%s\" is no folder; %s".formatted(setting.name(), setting.value(), fault(e)), e);
    }
  }

  /// Why a name is no path, and what helps; empty where it is one.
  static Optional<String> fault(String name) {
    try {
      var _ = Path.of(name);
      return Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.of(fault(e));
    }
  }

  private static String fault(InvalidPathException e) {
    return e.getReason().startsWith("Malformed input")
        ? "this JVM writes names of files in %s; start it in a locale of UTF-8, such as LC_ALL=C.UTF-8"
            .formatted(Settings.fileNameEncoding())
        : "its name is no path: " + e.getReason();
  }
}
