package puna.backend;

/// The extents of a KV cache: for each layer, `blocks` blocks of `blockPositions` positions, each
/// holding a key and a value of `kvHeads × headSize` numbers.
///
/// @param keyType the number format of keys
/// @param valueType the number format of values
public record KvShape(
    int layers,
    int kvHeads,
    int headSize,
    int blocks,
    int blockPositions,
    KvType keyType,
    KvType valueType) {

  /// Keys and values in one number format.
  public KvShape(
      int layers, int kvHeads, int headSize, int blocks, int blockPositions, KvType type) {
    this(layers, kvHeads, headSize, blocks, blockPositions, type, type);
  }

  /// Bytes of one block over all layers, keys and values.
  public long bytesPerBlock() {
    return layers * (blockBytes(keyType) + blockBytes(valueType));
  }

  /// Bytes of one block's keys, or values, in one layer.
  ///
  /// @param type of those
  public long blockBytes(KvType type) {
    return (long) kvHeads * blockPositions * type.bytes(headSize);
  }

  public long bytes() {
    return Math.multiplyExact(bytesPerBlock(), (long) blocks);
  }
}
