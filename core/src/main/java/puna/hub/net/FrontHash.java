package puna.hub.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.HexFormat;

/// Hashes an unfinished file from its beginning as far as it is there without a gap, so that little
/// is left to hash at the end.
final class FrontHash {
  private static final int BUFFER_BYTES = 1 << 18;

  private final Checksum expected;
  private final long bytes;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private MessageDigest digest;
  private long hashed;
  private int beginnings;

  FrontHash(Checksum expected, long bytes) {
    this.expected = expected;
    this.bytes = bytes;
    this.digest = expected.digest(bytes);
  }

  void advance(FileChannel file, PieceMap map) throws IOException {
    int begun = map.beginnings();
    if (begun != beginnings) {
      beginnings = begun;
      digest = expected.digest(bytes);
      hashed = 0;
    }
    long front = map.front();
    while (hashed < front) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), front - hashed));
      int read = file.read(buffer, hashed);
      if (read < 0) {
        throw new IOException("the file is shorter than what was written to it");
      }
      digest.update(buffer.flip());
      hashed += read;
    }
  }

  /// The hash of all that was hashed, at the end.
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
