package puna.hub.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/// What a file was when its content was verified: it spares hashing it again.
public final class Stamp {
  private static final int PIECE_BYTES = 1 << 20;

  private Stamp() {}

  static void write(DownloadPlace place, RemoteFile.Content content) throws IOException {
    DownloadPlace.write(place.stamp(), String.join("\n", current(place, content)) + "\n");
  }

  /// Whether the file is there with the content that is asked for. One that differs from its stamp,
  /// such as a copy with another time, is hashed again.
  public static boolean isVerified(DownloadPlace place, RemoteFile.Content content)
      throws IOException {
    if (!Files.isRegularFile(place.file()) || Files.size(place.file()) != content.bytes()) {
      return false;
    }
    List<String> stamp = read(place);
    if (stamp.equals(current(place, content))) {
      return true;
    }
    boolean isSame =
        content.checksum().isPresent()
            ? hash(place, content).equals(content.checksum().get().hex())
            : !stamp.isEmpty() && stamp.getFirst().equals(content.identity());
    if (isSame) {
      write(place, content);
    }
    return isSame;
  }

  private static List<String> read(DownloadPlace place) throws IOException {
    try {
      return Files.readAllLines(place.stamp());
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  private static String hash(DownloadPlace place, RemoteFile.Content content) throws IOException {
    MessageDigest digest = content.checksum().orElseThrow().digest(content.bytes());
    try (InputStream in = Files.newInputStream(place.file())) {
      byte[] piece = new byte[PIECE_BYTES];
      for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
        digest.update(piece, 0, length);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<String> current(DownloadPlace place, RemoteFile.Content content)
      throws IOException {
    BasicFileAttributes file = Files.readAttributes(place.file(), BasicFileAttributes.class);
    return List.of(
        content.identity(),
        Long.toString(file.size()),
        file.lastModifiedTime().toInstant().toString());
  }
}
