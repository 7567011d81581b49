package puna.saved;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.error.SavedStateException;
import puna.text.FileText;

/// Reads a file of blocks, which may come from anywhere: nothing is allocated for a length that the
/// file's size does not bear out.
public final class BlockFileReader implements AutoCloseable {
  private final String origin;
  private final FileChannel channel;
  private final BlockFileHeader header;
  private final byte[] messages;
  private final Arena arena = Arena.ofShared();
  private final ByteBuffer entry;
  private final MemorySegment block;
  private int read;
  private long at; // where the next entry begins

  /// @param parent the entry that it follows, from 0; -1 for none
  /// @param tokens ids of the block's positions
  /// @param block keys and values as the cache has them, of all layers or of all but the near ones;
  ///   valid until the next is read
  public record Entry(int parent, int[] tokens, MemorySegment block) {}

  private BlockFileReader(
      String origin, FileChannel channel, BlockFileHeader header, byte[] messages) {
    this.origin = origin;
    this.channel = channel;
    this.header = header;
    this.messages = messages;
    this.at = BlockFileHeader.BYTES + (long) messages.length;
    this.entry =
        arena.allocate(header.entryBytes(), 64).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    this.block = arena.allocate(header.cached().bytes(), 64);
  }

  /// Opens a file of that model and cache.
  ///
  /// @throws SavedStateException when it is none, or is broken
  public static BlockFileReader open(Path file, Fingerprint fingerprint, KvShape shape) {
    String origin = FileText.line(file.toString());
    @Nullable FileChannel channel = null;
    boolean done = false;
    try {
      if (Files.isDirectory(file)) {
        throw new SavedStateException(origin + ": must be a file, found a folder");
      }
      channel = FileChannel.open(file, StandardOpenOption.READ);
      BlockFileHeader header = header(origin, channel);
      requireSame(origin, header, fingerprint, BlockForm.of(shape));
      requireSameLayers(origin, header, shape);
      requireSize(origin, header, channel.size());
      BlockFileReader reader =
          new BlockFileReader(origin, channel, header, messages(origin, header, channel));
      done = true;
      return reader;
    } catch (NoSuchFileException e) {
      throw new SavedStateException(origin + ": there is no such file", e);
    } catch (IOException e) {
      throw unreadable(origin, e);
    } finally {
      if (!done) {
        close(channel);
      }
    }
  }

  private static SavedStateException unreadable(String origin, IOException cause) {
    return new SavedStateException(
        "%s: cannot be read: %s".formatted(origin, FileText.line(cause.toString())), cause);
  }

  private static BlockFileHeader header(String origin, FileChannel channel) throws IOException {
    if (channel.size() < BlockFileHeader.BYTES) {
      throw new SavedStateException(
          "%s: must have a header of %s bytes, found a file of %s"
              .formatted(origin, BlockFileHeader.BYTES, channel.size()));
    }
    ByteBuffer bytes = ByteBuffer.allocate(BlockFileHeader.BYTES);
    readAll(channel, bytes);
    return BlockFileHeader.decoded(bytes, origin);
  }

  private static void requireSame(
      String origin, BlockFileHeader header, Fingerprint fingerprint, BlockForm form) {
    if (!header.fingerprint().equals(fingerprint)) {
      throw new SavedStateException(
          "%s: belongs to another model: the fingerprint must be %s, found %s"
              .formatted(origin, fingerprint, header.fingerprint()));
    }
    if (!header.cached().equals(form)) {
      throw new SavedStateException(
          "%s: belongs to another KV cache: it must be %s, found %s"
              .formatted(origin, form, header.cached()));
    }
    BlockForm stored = header.stored();
    boolean canBeRead = stored.equals(form);
    if (!canBeRead && form.headSize() % KvType.BLOCK == 0) {
      canBeRead = stored.equals(form.quantised());
    }
    if (!canBeRead) {
      throw new SavedStateException(
          "%s: byte 72: keys and values must be of the cache's types or q8_0, found %s and %s"
              .formatted(origin, stored.keyType(), stored.valueType()));
    }
  }

  /// A cache whose blocks hold all layers takes up what has all of them.
  private static void requireSameLayers(String origin, BlockFileHeader header, KvShape shape) {
    int found = header.fewer().layers();
    if (header.fewer().entries() > 0 && shape.near().isPresent() && found != shape.farLayers()) {
      throw BlockFileHeader.wrong(
          origin,
          100,
          "entries that lack near layers must have the other " + shape.farLayers(),
          String.valueOf(found));
    }
  }

  /// All lengths are checked against the file's here, so that none of them is believed.
  private static void requireSize(String origin, BlockFileHeader header, long size) {
    long entryBytes = header.entryBytes();
    long rest = size - BlockFileHeader.BYTES;
    long messages = header.messageBytes();
    boolean fits =
        entryBytes <= Integer.MAX_VALUE
            && messages >= 0
            && messages <= Math.min(rest, Integer.MAX_VALUE - 8)
            && rest - messages == header.allEntryBytes();
    if (!fits) {
      throw new SavedStateException(
          "%s: must have %s bytes, %s of messages and %s entries of %s, found %s bytes"
              .formatted(
                  origin, BlockFileHeader.BYTES, messages, header.entries(), entryBytes, size));
    }
  }

  private static byte[] messages(String origin, BlockFileHeader header, FileChannel channel)
      throws IOException {
    byte[] messages = new byte[(int) header.messageBytes()];
    readAll(channel, ByteBuffer.wrap(messages));
    int sum = BlockFileHeader.sum(ByteBuffer.wrap(messages));
    if (sum != header.messageSum()) {
      throw BlockFileHeader.wrong(
          origin,
          BlockFileHeader.BYTES,
          "the messages' checksum must be " + header.messageSum(),
          String.valueOf(sum));
    }
    return messages;
  }

  private static void readAll(FileChannel channel, ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (channel.read(target) < 0) {
        throw new EOFException("the file was cut short while it was read");
      }
    }
    target.flip();
  }

  /// The messages of the conversation; empty where there are none.
  public byte[] messages() {
    return messages.clone();
  }

  /// Entries that are still to come.
  public int remaining() {
    return header.entries() - read;
  }

  /// The next entry.
  ///
  /// @throws SavedStateException when it is broken
  public Entry next() {
    String place = "entry %s of %s".formatted(read, header.entries());
    boolean lacksNear = readEntry(place);
    int found = entry.getInt(4);
    entry.putInt(4, 0);
    int sum = BlockFileHeader.sum(entry);
    if (found != sum) {
      throw BlockFileHeader.wrong(
          origin, at, "the checksum of %s must be %s".formatted(place, sum), "" + found);
    }
    int link = entry.getInt(0);
    int parent = (lacksNear ? link & ~BlockFileHeader.LACKS_NEAR : link) - 1;
    if (parent < -1 || parent >= read) {
      throw BlockFileHeader.wrong(
          origin, at, place + " must follow an earlier one", "entry " + parent);
    }
    int[] tokens = new int[header.stored().blockPositions()];
    entry
        .slice(BlockFileHeader.ENTRY_HEAD, 4 * tokens.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer()
        .get(tokens);
    int layers = lacksNear ? header.fewer().layers() : header.stored().layers();
    BlockForm form = header.cached().withLayers(layers);
    MemorySegment numbers =
        MemorySegment.ofBuffer(entry).asSlice(BlockFileHeader.ENTRY_HEAD + 4L * tokens.length);
    BlockCodec.convert(numbers, header.stored().withLayers(layers), block, form);
    read++;
    at += entry.limit();
    return new Entry(parent, tokens, block.asSlice(0, form.bytes()));
  }

  /// Reads the bytes of an entry.
  ///
  /// @return whether it lacks near layers
  private boolean readEntry(String place) {
    try {
      entry.clear().limit(BlockFileHeader.ENTRY_HEAD);
      readAll(channel, entry);
      boolean lacksNear =
          header.fewer().entries() > 0 && (entry.getInt(0) & BlockFileHeader.LACKS_NEAR) != 0;
      long bytes = lacksNear ? header.fewerBytes() : header.entryBytes();
      entry.limit((int) bytes).position(BlockFileHeader.ENTRY_HEAD);
      readAll(channel, entry);
      return lacksNear;
    } catch (IOException e) {
      throw unreadable(origin + ": " + place, e);
    }
  }

  @Override
  public void close() {
    arena.close();
    close(channel);
  }

  private static void close(@Nullable FileChannel channel) {
    if (channel == null) {
      return;
    }
    try {
      channel.close();
    } catch (IOException _) {
      // it was only read
    }
  }
}
