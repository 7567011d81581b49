package puna.backend;

import java.lang.foreign.MemorySegment;

/// Keys and values of all layers on the device, in blocks that are named by number. It does not
/// know who owns a block.
public interface KvCache extends AutoCloseable {
  KvShape shape();

  KvLayer layer(int index);

  /// Copies a block out: layer by layer its keys, then its values, each as the cache holds them
  /// (`kvHeads × blockPositions × headSize` numbers of the cache's type). What was never written is
  /// zeros or whatever was there before.
  ///
  /// Not while a step runs.
  ///
  /// @param target receives `shape().bytesPerBlock()` bytes, or without the near layers
  ///   `shape().farBytesPerBlock()`, no other number
  /// @throws IllegalArgumentException when `target` has another size
  /// @throws IndexOutOfBoundsException when the cache has no such block
  void readBlock(int block, MemorySegment target);

  /// Copies a block in that `readBlock` of a cache of the same layers, heads and type copied out;
  /// takes memory as a step that writes the block would.
  ///
  /// Not while a step runs.
  ///
  /// @param source holds `shape().bytesPerBlock()` bytes, or without the near layers
  ///   `shape().farBytesPerBlock()`, no other number
  /// @throws IllegalArgumentException when `source` has another size
  /// @throws IndexOutOfBoundsException when the cache has no such block
  void writeBlock(int block, MemorySegment source);

  /// Forgets the near layers of a block, whose memory goes to others: they are not read again
  /// before they are written.
  ///
  /// Not while a step runs.
  void dropNear(int block);

  @Override
  void close();
}
