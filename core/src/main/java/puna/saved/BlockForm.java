package puna.saved;

import puna.backend.KvShape;
import puna.backend.KvType;

/// How a block of a KV cache lies in memory: layer by layer its keys, then its values, each
/// `kvHeads × blockPositions × headSize` numbers.
record BlockForm(
    int layers, int kvHeads, int headSize, int blockPositions, KvType keyType, KvType valueType) {

  static BlockForm of(KvShape shape) {
    return new BlockForm(
        shape.layers(),
        shape.kvHeads(),
        shape.headSize(),
        shape.blockPositions(),
        shape.keyType(),
        shape.valueType());
  }

  /// The same of fewer layers.
  BlockForm withLayers(int count) {
    return new BlockForm(count, kvHeads, headSize, blockPositions, keyType, valueType);
  }

  /// The same with every float in eight bits.
  ///
  /// @throws IllegalArgumentException when heads are no whole blocks of q8_0
  BlockForm quantised() {
    if (headSize % KvType.BLOCK != 0) {
      throw new IllegalArgumentException(
          "q8_0 needs heads of whole blocks of %s numbers, this model's have %s"
              .formatted(KvType.BLOCK, headSize));
    }
    return new BlockForm(
        layers, kvHeads, headSize, blockPositions, quantised(keyType), quantised(valueType));
  }

  private static KvType quantised(KvType type) {
    return type.isInBlocks() ? type : KvType.Q8_0;
  }

  /// Bytes of one layer's keys, or values.
  long layerBytes(KvType type) {
    return (long) kvHeads * blockPositions * type.bytes(headSize);
  }

  /// Numbers in one layer's keys, or values.
  int layerNumbers() {
    return Math.multiplyExact(kvHeads * blockPositions, headSize);
  }

  /// Bytes of a block.
  long bytes() {
    return Math.multiplyExact((long) layers, layerBytes(keyType) + layerBytes(valueType));
  }
}
