package puna.hub.net;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Paths that others name and that files are written under here: inside the folder, and on every
/// system what they look like.
public final class SafePath {
  private static final int LONGEST = 1000;
  private static final int LONGEST_NAME = 200; // room for .part behind it
  private static final Pattern FORBIDDEN = Pattern.compile("[\\p{Cntrl}\\\\:*?\"<>|]");

  private SafePath() {}

  /// Whether a path has only plain names.
  public static boolean isSafe(String path) {
    if (path.length() > LONGEST || FORBIDDEN.matcher(path).find()) {
      return false;
    }
    for (String name : path.split("/", -1)) {
      boolean isPlain =
          !name.isBlank()
              && !name.equals(".")
              && !name.equals("..")
              && !name.equalsIgnoreCase(DownloadPlace.OWN)
              && !name.endsWith(" ")
              && !name.endsWith(".")
              && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME;
      if (!isPlain) {
        return false;
      }
    }
    return true;
  }
}
