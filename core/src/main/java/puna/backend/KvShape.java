package puna.backend;

/// The extents of a KV cache: for each layer, `blocks` blocks of `blockPositions` positions, each
/// holding a key and a value of `kvHeads × headSize` numbers.
public record KvShape(
    int layers, int kvHeads, int headSize, int blocks, int blockPositions, KvType type) {
  /// Bytes of one block over all layers, keys and values.
  public long bytesPerBlock() {
    return 2L * layers * kvHeads * blockPositions * type.bytes(headSize);
  }

  public long bytes() {
    return Math.multiplyExact(bytesPerBlock(), (long) blocks);
  }
}
