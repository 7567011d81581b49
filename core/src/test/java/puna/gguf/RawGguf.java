package puna.gguf;

import java.util.function.Consumer;

/// GGUF bytes put together by hand, so that they may break any rule. A tensor is by default `a`:
/// F32, 8 elements, at offset 0.
final class RawGguf {
  int version = 3;
  long tensorCount;
  long pairCount;
  int dataBytes = 64;
  int padding;
  private final LittleEndianBytes pairs = new LittleEndianBytes();
  private final LittleEndianBytes tensors = new LittleEndianBytes();

  static RawGguf empty() {
    RawGguf raw = new RawGguf();
    raw.tensorCount = 0;
    return raw;
  }

  static RawGguf withTensor(Consumer<TensorEntry> change) {
    return empty().tensor(change);
  }

  static RawGguf withPair(String key, int type, Consumer<LittleEndianBytes> value) {
    return empty().pair(key, type, value);
  }

  RawGguf pair(String key, int type, Consumer<LittleEndianBytes> value) {
    pairCount++;
    value.accept(pairs.string(key).int32(type));
    return this;
  }

  RawGguf tensor(Consumer<TensorEntry> change) {
    tensorCount++;
    TensorEntry info = new TensorEntry();
    change.accept(info);
    tensors.string(info.name).int32(info.rank);
    for (long extent : info.extents) {
      tensors.int64(extent);
    }
    tensors.int32(info.type).int64(info.offset);
    return this;
  }

  byte[] bytes() {
    LittleEndianBytes all = new LittleEndianBytes();
    all.int32(GgufReader.MAGIC).int32(version).int64(tensorCount).int64(pairCount);
    all.raw(pairs.toArray()).raw(tensors.toArray());
    while (all.toArray().length % 32 != 0) {
      all.integer(padding, 1);
    }
    return all.raw(new byte[dataBytes]).toArray();
  }

  static final class TensorEntry {
    String name = "a";
    int rank = 1;
    long[] extents = {8};
    int type;
    long offset;

    TensorEntry named(String newName) {
      name = newName;
      return this;
    }

    TensorEntry shaped(int newRank, long... newExtents) {
      rank = newRank;
      extents = newExtents;
      return this;
    }

    TensorEntry typed(int newType) {
      type = newType;
      return this;
    }

    TensorEntry at(long newOffset) {
      offset = newOffset;
      return this;
    }
  }
}
