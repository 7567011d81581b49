package puna.server.keys;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;

/// A key that callers may show, and how much its callers may ask for. Only the hash of the key is
/// kept.
///
/// @param name of whoever has it, for the log and for fair shares
/// @param sha256 of the key's UTF-8 bytes, as 64 lower-case hexadecimal digits
/// @param requestsPerMinute at most; empty for any number
/// @param concurrent requests at the same time at most; empty for any number
public record ApiKey(
    String name, String sha256, OptionalInt requestsPerMinute, OptionalInt concurrent) {
  private static final String HASHED = "sha256:";
  private static final String HASH = "[0-9a-f]{64}";

  public ApiKey {
    requireNonNull(name, "name");
    if (!sha256.matches(HASH)) {
      throw new IllegalArgumentException(
          "a key's SHA-256 must be 64 hexadecimal digits, found %s characters"
              .formatted(sha256.length()));
    }
    requirePositive("rate", requestsPerMinute);
    requirePositive("concurrent", concurrent);
  }

  private static void requirePositive(String name, OptionalInt value) {
    if (value.isPresent() && value.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "%s must be 1 or more, found %s".formatted(name, value.getAsInt()));
    }
  }

  /// A key without limits.
  public static ApiKey of(String name, String key) {
    return new ApiKey(name, hash(key), OptionalInt.empty(), OptionalInt.empty());
  }

  /// Keys from a file: one a line, each followed by what it may have, such as
  ///
  /// ```text
  /// # who has it, and how much he may ask for
  /// s3cret-key-of-alice  name=alice rate=60 concurrent=4
  /// sha256:9f86d081…     name=bob
  /// ```
  ///
  /// A line that begins with `sha256:` has the key's hash instead of the key, so that the file need
  /// not be secret. `rate` is requests a minute. Empty lines and those that begin with `#` are
  /// skipped.
  ///
  /// @throws IOException when the file cannot be read
  /// @throws IllegalArgumentException when a line is wrong, or there is no key in it; the message
  ///   has the line's number, not its text
  public static List<ApiKey> read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<ApiKey> keys = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        keys.add(parse(line, "%s, line %s".formatted(file, i + 1), keys.size() + 1));
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(file + ": there is no key in it");
    }
    return keys;
  }

  private static ApiKey parse(String line, String place, int number) {
    String[] words = line.split("\\s+");
    String key = words[0];
    String name = "key" + number;
    OptionalInt rate = OptionalInt.empty();
    OptionalInt concurrent = OptionalInt.empty();
    for (int i = 1; i < words.length; i++) {
      String[] pair = words[i].split("=", 2);
      String value = pair.length == 2 ? pair[1] : "";
      switch (pair[0]) {
        case "name" -> name = requireName(value, place);
        case "rate" -> rate = OptionalInt.of(number(value, "rate", place));
        case "concurrent" -> concurrent = OptionalInt.of(number(value, "concurrent", place));
        default ->
            throw new IllegalArgumentException(
                "%s: a key may be followed by name=, rate= and concurrent= alone".formatted(place));
      }
    }
    try {
      String hash = key.startsWith(HASHED) ? key.substring(HASHED.length()) : hash(key);
      return new ApiKey(name, hash, rate, concurrent);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
    }
  }

  private static String requireName(String name, String place) {
    if (!name.matches("[A-Za-z0-9_.@-]{1,64}")) {
      throw new IllegalArgumentException(
          place + ": a name must be 1 to 64 letters, digits or _.@-");
    }
    return name;
  }

  private static int number(String value, String name, String place) {
    if (!value.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException("%s: %s must be a number".formatted(place, name));
    }
    return Integer.parseInt(value);
  }

  /// The SHA-256 of a key, as hexadecimal digits.
  public static String hash(String key) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// The name alone.
  @Override
  public String toString() {
    return "ApiKey[" + name + "]";
  }
}
