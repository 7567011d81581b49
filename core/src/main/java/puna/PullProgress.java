package puna;

import java.util.Optional;

/// How far a model has come that is being fetched.
public final class PullProgress {
  private final Whole whole;
  private final Part part;

  /// Of all files.
  record Whole(long bytes, long total) {}

  /// Of one file.
  record Part(String name, Optional<String> sha256, long bytes, long total) {}

  PullProgress(Whole whole, Part part) {
    this.whole = whole;
    this.part = part;
  }

  /// Bytes of the model that are here; fewer than before where a file had to begin again.
  public long bytes() {
    return whole.bytes;
  }

  /// Bytes of the whole model.
  public long total() {
    return whole.total;
  }

  /// The file that is being fetched, as its place names it.
  public String file() {
    return part.name;
  }

  /// The SHA-256 that this file must have, 64 hexadecimal digits; empty where its place tells none.
  public Optional<String> fileSha256() {
    return part.sha256;
  }

  /// Bytes of this file that are here.
  public long fileBytes() {
    return part.bytes;
  }

  /// Bytes of this file.
  public long fileTotal() {
    return part.total;
  }

  /// Such as `m.gguf: 10 of 200 bytes`.
  @Override
  public String toString() {
    return "%s: %s of %s bytes".formatted(file(), bytes(), total());
  }
}
