package puna.saved;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import puna.backend.KvShape;

/// Writes blocks of a KV cache to a file, each behind the one that it follows ([BlockFileHeader]
/// has the format).
public final class BlockFileWriter implements AutoCloseable {
  private final FileChannel target;
  private final Fingerprint fingerprint;
  private final BlockForm cached;
  private final BlockForm stored;
  private final byte[] messages;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment block;
  private final MemorySegment converted;
  private final int farLayers;
  private int entries;
  private int fewer; // entries without near layers

  /// How keys and values are written.
  public enum Form {
    /// As the cache has them.
    AS_CACHED,
    /// Floats in eight bits.
    Q8_0
  }

  /// What a file is about.
  ///
  /// @param messages of the conversation, as a JSON array; empty where there is none
  public record Subject(Fingerprint fingerprint, KvShape shape, byte[] messages) {}

  /// @param target empty
  /// @throws IllegalArgumentException when this cache cannot be written in that form
  public BlockFileWriter(FileChannel target, Subject subject, Form form) throws IOException {
    this.target = target;
    this.fingerprint = subject.fingerprint();
    this.cached = BlockForm.of(subject.shape());
    this.stored = form == Form.Q8_0 ? cached.quantised() : cached;
    this.messages = subject.messages();
    this.farLayers = subject.shape().farLayers();
    this.block = arena.allocate(cached.bytes(), 64);
    this.converted = stored.equals(cached) ? block : arena.allocate(stored.bytes(), 64);
    target.position(BlockFileHeader.BYTES);
    writeAll(ByteBuffer.wrap(messages));
  }

  /// Where the next block's keys and values go before they are added.
  public MemorySegment block() {
    return block;
  }

  /// Where those of the next block go that lacks near layers.
  public MemorySegment farBlock() {
    return block.asSlice(0, cached.withLayers(farLayers).bytes());
  }

  /// Refuses a form that a cache cannot be written in.
  ///
  /// @throws IllegalArgumentException when that is so
  public static void requireForm(KvShape shape, Form form) {
    if (form == Form.Q8_0) {
      BlockForm _ = BlockForm.of(shape).quantised();
    }
  }

  /// How many entries as the cache has them a file of that many bytes holds.
  public static long entriesWithin(long bytes, KvShape shape) {
    BlockForm form = BlockForm.of(shape);
    long entry = BlockFileHeader.ENTRY_HEAD + 4L * form.blockPositions() + form.bytes();
    return Math.max(0, bytes - BlockFileHeader.BYTES) / entry;
  }

  /// Writes what `block` holds.
  ///
  /// @param parent the entry that it follows, from 0, in the order of writing; -1 for none
  /// @param tokens ids of the block's positions
  public void add(int parent, int[] tokens) throws IOException {
    requireEntry(parent, tokens);
    write(parent + 1, tokens, cached.layers());
  }

  /// Writes what `farBlock` holds.
  ///
  /// @param parent the entry that it follows, from 0, in the order of writing; -1 for none
  /// @param tokens ids of the block's positions
  public void addFar(int parent, int[] tokens) throws IOException {
    requireEntry(parent, tokens);
    write((parent + 1) | BlockFileHeader.LACKS_NEAR, tokens, farLayers);
    fewer++;
  }

  private void requireEntry(int parent, int[] tokens) {
    if (parent < -1 || parent >= entries || tokens.length != stored.blockPositions()) {
      throw new IllegalArgumentException(
          "entry %s must follow an earlier one and have %s tokens, found entry %s and %s tokens"
              .formatted(entries, stored.blockPositions(), parent, tokens.length));
    }
  }

  private void write(int link, int[] tokens, int layers) throws IOException {
    BlockForm form = stored.withLayers(layers);
    if (!stored.equals(cached)) {
      BlockCodec.convert(block, cached.withLayers(layers), converted, form);
    }
    ByteBuffer head =
        ByteBuffer.allocate(BlockFileHeader.ENTRY_HEAD + 4 * tokens.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    head.putInt(link).putInt(0);
    for (int token : tokens) {
      head.putInt(token);
    }
    head.clear();
    ByteBuffer numbers = converted.asSlice(0, form.bytes()).asByteBuffer();
    head.putInt(4, BlockFileHeader.sum(head, numbers)); // over itself as zero
    writeAll(head);
    writeAll(numbers);
    entries++;
  }

  /// Writes the header; nothing may be added any more.
  public void finish() throws IOException {
    ByteBuffer header =
        new BlockFileHeader(
                fingerprint,
                cached,
                stored,
                entries,
                new BlockFileHeader.Fewer(fewer, fewer == 0 ? 0 : farLayers),
                BlockFileHeader.sum(ByteBuffer.wrap(messages)),
                messages.length)
            .encoded();
    target.position(0);
    writeAll(header);
  }

  private void writeAll(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int _ = target.write(bytes);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
