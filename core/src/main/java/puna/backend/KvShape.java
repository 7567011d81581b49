package puna.backend;

import java.util.Optional;

/// The extents of a KV cache: for each layer, `blocks` blocks of `blockPositions` positions, each
/// holding a key and a value of `kvHeads × headSize` numbers.
///
/// @param keyType the number format of keys
/// @param valueType the number format of values
/// @param near the layers that not every block holds; empty where each holds all
public record KvShape(
    int layers,
    int kvHeads,
    int headSize,
    int blocks,
    int blockPositions,
    KvType keyType,
    KvType valueType,
    Optional<NearLayers> near) {

  /// Every block holds all layers.
  public KvShape(
      int layers,
      int kvHeads,
      int headSize,
      int blocks,
      int blockPositions,
      KvType keyType,
      KvType valueType) {
    this(layers, kvHeads, headSize, blocks, blockPositions, keyType, valueType, Optional.empty());
  }

  /// The same, with keys and values in one number format.
  public KvShape(
      int layers, int kvHeads, int headSize, int blocks, int blockPositions, KvType type) {
    this(layers, kvHeads, headSize, blocks, blockPositions, type, type);
  }

  /// The same where not every block holds some layers.
  public KvShape with(NearLayers layersNear) {
    return new KvShape(
        layers,
        kvHeads,
        headSize,
        blocks,
        blockPositions,
        keyType,
        valueType,
        Optional.of(layersNear));
  }

  /// Bytes of one block over all layers, keys and values.
  public long bytesPerBlock() {
    return layers * layerBytes();
  }

  /// Bytes of one block over the layers that every block holds.
  public long farBytesPerBlock() {
    return farLayers() * layerBytes();
  }

  /// Layers that every block holds.
  public int farLayers() {
    return layers - near.map(layersNear -> layersNear.layers().size()).orElse(0);
  }

  private long layerBytes() {
    return blockBytes(keyType) + blockBytes(valueType);
  }

  /// Bytes of one block's keys, or values, in one layer.
  ///
  /// @param type of those
  public long blockBytes(KvType type) {
    return (long) kvHeads * blockPositions * type.bytes(headSize);
  }

  public long bytes() {
    long far = Math.multiplyExact(farBytesPerBlock(), (long) blocks);
    int nearBlocks = near.map(NearLayers::blocks).orElse(0);
    return Math.addExact(far, (bytesPerBlock() - farBytesPerBlock()) * nearBlocks);
  }
}
