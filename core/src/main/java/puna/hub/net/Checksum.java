package puna.hub.net;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a file's content must hash to.
///
/// @param hex in small letters
public record Checksum(Kind kind, String hex) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");

  /// How it is computed.
  public enum Kind {
    /// SHA-256 of the content: what large files are stored under.
    SHA256("SHA-256"),
    /// Git's name of a blob: SHA-1 of its length and its content, for small files.
    GIT_BLOB("SHA-1");

    private final String algorithm;

    Kind(String algorithm) {
      this.algorithm = algorithm;
    }
  }

  /// Empty where the text is none.
  public static Optional<Checksum> sha256(String text) {
    String hex = text.toLowerCase(Locale.ROOT).replaceFirst("^sha256:", "");
    return SHA256.matcher(hex).matches()
        ? Optional.of(new Checksum(Kind.SHA256, hex))
        : Optional.empty();
  }

  /// Empty where the text is none.
  public static Optional<Checksum> gitBlob(String text) {
    String hex = text.toLowerCase(Locale.ROOT);
    return SHA1.matcher(hex).matches()
        ? Optional.of(new Checksum(Kind.GIT_BLOB, hex))
        : Optional.empty();
  }

  /// A digest that waits for the content.
  ///
  /// @param bytes of the content
  MessageDigest digest(long bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance(kind.algorithm);
      if (kind == Kind.GIT_BLOB) {
        digest.update(("blob " + bytes + "\0").getBytes(StandardCharsets.US_ASCII));
      }
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has " + kind.algorithm, e);
    }
  }

  @Override
  public String toString() {
    return kind.algorithm + " " + hex;
  }
}
