package puna.engine;

import java.util.Arrays;
import java.util.HexFormat;

/// The name of something other than tokens that keys and values come from, such as an image or an
/// adapter: bytes that nothing else of its kind has, a cryptographic hash of its content for one.
/// Equal where all bytes are.
public final class ContentKey {
  /// Nothing but tokens.
  public static final ContentKey NONE = new ContentKey(new byte[0]);

  private final byte[] bytes;
  private final int hash;

  private ContentKey(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /// @param bytes at least one
  public static ContentKey of(byte... bytes) {
    if (bytes.length == 0) {
      throw new IllegalArgumentException("a content key must have at least 1 byte, found none");
    }
    return new ContentKey(bytes.clone());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ContentKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
