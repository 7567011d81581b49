package puna.gguf;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import puna.tensor.Shape;
import puna.tensor.StoredBytes;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// Writes a GGUF file of version 3: metadata, then tensors one after the other as they were added.
///
/// Tensors are streamed: no more than a piece of one is in memory. Not thread-safe.
public final class GgufWriter {
  private static final String ALIGNMENT_KEY = "general.alignment";
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int VERSION = 3;
  private static final long PIECE_BYTES = 1L << 24;

  private final SequencedMap<String, TypedValue> metadata = new LinkedHashMap<>();
  private final SequencedMap<String, Entry> tensors = new LinkedHashMap<>();
  private int alignment = DEFAULT_ALIGNMENT;

  /// Adds a metadata value.
  ///
  /// @param type of the value, or of an array's elements
  /// @param value `Long`, `Double`, `Boolean`, `String`, or an array `long[]`, `double[]`,
  ///   `boolean[]`, `List<String>`: the kind that [puna.tensor.Metadata] gives back
  /// @throws IllegalArgumentException when the key is taken, or the value is not of the type
  public GgufWriter set(String key, MetadataType type, Object value) {
    if (key.isEmpty() || metadata.containsKey(key)) {
      throw new IllegalArgumentException("a key is not empty and occurs once, found: " + key);
    }
    TypedValue typed = new TypedValue(key, type, value);
    if (key.equals(ALIGNMENT_KEY)) {
      alignment = checkedAlignment(typed);
    }
    metadata.put(key, typed);
    return this;
  }

  /// Adds values with the types that files usually have for their kinds: unsigned and signed
  /// integers of 32 bits alone and in arrays, and floating-point numbers of 32 bits.
  ///
  /// @throws IllegalArgumentException as [#set]
  public GgufWriter setAll(SequencedMap<String, Object> values) {
    values.forEach((key, value) -> set(key, MetadataType.usual(key, value), value));
    return this;
  }

  public GgufWriter uint32(String key, long value) {
    return set(key, MetadataType.UINT32, value);
  }

  public GgufWriter float32(String key, double value) {
    return set(key, MetadataType.FLOAT32, value);
  }

  public GgufWriter bool(String key, boolean value) {
    return set(key, MetadataType.BOOL, value);
  }

  public GgufWriter string(String key, String value) {
    return set(key, MetadataType.STRING, value);
  }

  public GgufWriter strings(String key, List<String> values) {
    return set(key, MetadataType.STRING, List.copyOf(values));
  }

  public GgufWriter int32s(String key, long[] values) {
    return set(key, MetadataType.INT32, values.clone());
  }

  public GgufWriter float32s(String key, double[] values) {
    return set(key, MetadataType.FLOAT32, values.clone());
  }

  /// Adds a tensor whose content is made when it is written.
  ///
  /// @throws IllegalArgumentException when the name is taken, GGUF has no such type, or rows are no
  ///   whole blocks
  public GgufWriter tensor(String name, TensorType type, Shape shape, TensorContent content) {
    if (name.isEmpty() || tensors.containsKey(name)) {
      throw new IllegalArgumentException("a name is not empty and occurs once, found: " + name);
    }
    if (!type.isInGguf()) {
      throw new IllegalArgumentException("%s: GGUF has no type %s".formatted(name, type));
    }
    if (shape.columns() % type.blockSize() != 0) {
      throw new IllegalArgumentException(
          "%s: rows of %s must hold a multiple of %s elements, found shape %s"
              .formatted(name, type, type.blockSize(), shape));
    }
    tensors.put(name, new Entry(type, shape, content));
    return this;
  }

  /// Adds a tensor; what it belongs to must stay open until the file is written.
  ///
  /// @throws IllegalArgumentException as above, or when it has scales, which GGUF has no place for
  public GgufWriter tensor(Tensor tensor) {
    if (tensor.scales().isPresent()) {
      throw new IllegalArgumentException(
          tensor.name() + ": GGUF has no place for the scales of its blocks");
    }
    return tensor(
        tensor.name(), tensor.type(), tensor.shape(), out -> writeBytes(tensor.content(), out));
  }

  /// Writes the file, in the place of one that is there. It appears whole or not at all.
  ///
  /// @throws IOException when the folder is not writable or full; nothing is left behind
  /// @throws IllegalStateException when a tensor's content has not the size of its type and shape
  public void write(Path file) throws IOException {
    write(file, SplitLimit.NONE);
  }

  /// Writes the model as one file, or as several where it exceeds the limit, in the place of those
  /// that are there. All appear or none.
  ///
  /// @param file what a single one is called; several are `NAME-00001-of-0000N.gguf`
  /// @return the files, those that [#files] tells
  /// @throws IllegalArgumentException as [#files]
  /// @throws IOException when the folder is not writable or full; nothing is left behind
  /// @throws IllegalStateException when a tensor's content has not the size of its type and shape
  public List<Path> write(Path file, SplitLimit limit) throws IOException {
    List<Path> files = files(file, limit);
    List<GgufWriter> parts = SplitParts.of(this, limit);
    try (NewFiles written = new NewFiles()) {
      for (int i = 0; i < parts.size(); i++) {
        try (FileChannel out = written.open(files.get(i))) {
          parts.get(i).write(out);
        }
      }
      written.place();
    }
    return files;
  }

  /// The files that the model would be written to.
  ///
  /// @throws IllegalArgumentException when there would be more than 65535
  public List<Path> files(Path file, SplitLimit limit) {
    return SplitParts.names(file, SplitParts.cut(tensorSizes(), limit).size());
  }

  /// Bytes of all tensors, in order.
  List<Long> tensorSizes() {
    return tensors.values().stream().map(Entry::size).toList();
  }

  /// A file with the tensors from `from` to before `to` and no metadata.
  GgufWriter part(int from, int to) {
    GgufWriter part = new GgufWriter();
    part.alignment = alignment;
    List.copyOf(tensors.entrySet())
        .subList(from, to)
        .forEach(entry -> part.tensors.put(entry.getKey(), entry.getValue()));
    return part;
  }

  /// Takes over all metadata of another.
  void addMetadata(GgufWriter other) {
    metadata.putAll(other.metadata);
  }

  /// Writes the file's bytes to a channel.
  ///
  /// @throws IllegalStateException when a tensor's content has not the size of its type and shape
  public void write(WritableByteChannel channel) throws IOException {
    CountingChannel out = new CountingChannel(channel);
    writeDirectory(out);
    for (var tensor : tensors.entrySet()) {
      pad(out);
      long start = out.count();
      tensor.getValue().content.writeTo(out);
      long size = out.count() - start;
      if (size != tensor.getValue().size()) {
        throw new IllegalStateException(
            "%s: the content must have %s bytes, found %s"
                .formatted(tensor.getKey(), tensor.getValue().size(), size));
      }
    }
    pad(out);
  }

  private void writeDirectory(CountingChannel out) throws IOException {
    LittleEndianBytes bytes = new LittleEndianBytes();
    bytes.int32(GgufReader.MAGIC).int32(VERSION).int64(tensors.size()).int64(metadata.size());
    metadata.forEach((key, value) -> value.writeTo(bytes.string(key)));
    long offset = 0;
    for (var tensor : tensors.entrySet()) {
      Entry entry = tensor.getValue();
      bytes.string(tensor.getKey()).int32(entry.shape.rank());
      long[] extents = {entry.shape.ne0(), entry.shape.ne1(), entry.shape.ne2(), entry.shape.ne3()};
      for (int axis = 0; axis < entry.shape.rank(); axis++) {
        bytes.int64(extents[axis]);
      }
      bytes.int32(entry.type.id()).int64(offset);
      offset = aligned(Math.addExact(offset, entry.size()));
    }
    writeFully(ByteBuffer.wrap(bytes.toArray()), out);
  }

  private void pad(CountingChannel out) throws IOException {
    writeFully(ByteBuffer.allocate((int) (aligned(out.count()) - out.count())), out);
  }

  private long aligned(long offset) {
    return Math.ceilDiv(offset, alignment) * alignment;
  }

  private static int checkedAlignment(TypedValue value) {
    if (value.type() == MetadataType.UINT32
        && value.value() instanceof Long bytes
        && Long.bitCount(bytes) == 1
        && bytes <= GgufReader.MAX_ALIGNMENT) {
      return Math.toIntExact(bytes);
    }
    throw new IllegalArgumentException("the alignment must be a power of two up to 2^30 (uint32)");
  }

  private static void writeBytes(StoredBytes content, WritableByteChannel out) throws IOException {
    byte[] piece = new byte[(int) Math.min(PIECE_BYTES, content.size())];
    for (long start = 0; start < content.size(); start += piece.length) {
      int length = (int) Math.min(piece.length, content.size() - start);
      content.read(start, MemorySegment.ofArray(piece).asSlice(0, length));
      writeFully(ByteBuffer.wrap(piece, 0, length), out);
    }
  }

  private static void writeFully(ByteBuffer bytes, WritableByteChannel out) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private record Entry(TensorType type, Shape shape, TensorContent content) {
    long size() {
      return type.byteSize(shape.elements());
    }
  }
}
