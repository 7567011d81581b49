package puna.hub.net;

import java.net.URI;
import java.util.Optional;

/// A file that can be fetched.
///
/// @param path below the folder that it is for, with slashes; checked by [SafePath]
public record RemoteFile(URI uri, String path, Content content) {
  /// What is known of a file's content before it is there.
  ///
  /// @param checksum empty where its place tells none
  /// @param version what its server calls its present content (an entity tag); empty where it is
  ///   asked for only when it is fetched
  public record Content(long bytes, Optional<Checksum> checksum, Optional<String> version) {
    /// What tells this content from an earlier or later one of the same place, in one line.
    String identity() {
      return checksum.map(Checksum::toString).or(() -> version).orElse("") + " " + bytes;
    }

    /// Its SHA-256 in hexadecimal; empty where its place tells none.
    public Optional<String> sha256() {
      return checksum.filter(sum -> sum.kind() == Checksum.Kind.SHA256).map(Checksum::hex);
    }

    /// Whether nothing but the length tells it from another.
    boolean isAnonymous() {
      return checksum.isEmpty() && version.isEmpty();
    }
  }

  public long bytes() {
    return content.bytes();
  }
}
