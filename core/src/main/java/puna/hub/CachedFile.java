package puna.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Properties;
import puna.error.ModelNotFoundException;

/// A model's file in the cache folder, and beside it a stamp of what it was when it was verified.
///
/// The stamp (`FILE.verified`: hash, bytes, time of last change) spares hashing the file at every
/// start; a file that differs from its stamp is hashed again.
record CachedFile(Path file, EmbeddedModel model) {
  private static final int PIECE_BYTES = 1 << 20;

  /// Whether the file is as it was when it was last verified against this model.
  boolean isAsVerified() {
    Properties stamp = new Properties();
    try (Reader reader = Files.newBufferedReader(stampFile())) {
      stamp.load(reader);
      return Files.isRegularFile(file) && stamp.equals(currentStamp());
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException | IllegalArgumentException e) {
      // An unreadable stamp says nothing about the file: hashing does.
      return false;
    }
  }

  /// Whether the file has the model's size and hash, read from its first to its last byte.
  boolean hasRightContent() throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) != model.bytes()) {
      return false;
    }
    MessageDigest digest = sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] piece = new byte[PIECE_BYTES];
      for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
        digest.update(piece, 0, length);
      }
    }
    return hex(digest).equals(model.sha256());
  }

  /// Notes that the file is verified now.
  void stamp() throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".verified.part");
    try (Writer writer = Files.newBufferedWriter(part)) {
      currentStamp().store(writer, "What the model's file was when its hash was checked.");
    }
    Files.move(part, stampFile(), StandardCopyOption.ATOMIC_MOVE);
  }

  /// Deletes the file and its stamp.
  ///
  /// @return how many bytes that frees
  long remove() {
    try {
      long bytes = Files.isRegularFile(file) ? Files.size(file) : 0;
      Files.deleteIfExists(file);
      Files.deleteIfExists(stampFile());
      return bytes;
    } catch (IOException e) {
      throw new ModelNotFoundException(
          "%s cannot be deleted: %s".formatted(file, e.getMessage()), e);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  private Properties currentStamp() throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    Properties stamp = new Properties();
    stamp.setProperty("sha256", model.sha256());
    stamp.setProperty("bytes", Long.toString(attributes.size()));
    stamp.setProperty("modified", attributes.lastModifiedTime().toInstant().toString());
    return stamp;
  }

  private Path stampFile() {
    return file.resolveSibling(file.getFileName() + ".verified");
  }
}
