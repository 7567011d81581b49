package puna.model;

import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;
import puna.backend.Batch;
import puna.backend.KvShape;
import puna.backend.ParallelWork;

/// A model at work: its weights, a KV cache, and the buffers of one step. One owner, one thread at
/// a time.
public interface Decoder extends AutoCloseable {
  LlamaConfig config();

  /// The KV cache that it works on; who owns which block is the caller's business.
  KvShape kvShape();

  /// The most tokens in one step.
  int maxBatch();

  /// The most outputs in one step, whose logits are computed.
  default int maxOutputs() {
    return maxBatch();
  }

  /// Runs the tokens of `batch` through all layers, storing their keys and values in the batch's
  /// blocks.
  default void forward(Batch batch) {
    boolean _ = forward(batch, () -> true);
  }

  /// The same, and may be left between two layers, for good: its tokens then count as not computed.
  ///
  /// @param isWanted asked now and then; where it says no, the step is left
  /// @return false when the step was left
  boolean forward(Batch batch, BooleanSupplier isWanted);

  /// The logits after the `output`-th entry of the last batch's `outputs`.
  ///
  /// @param target receives `config().vocabulary()` values
  void readLogits(int output, float[] target);

  /// The hidden state, after the output norm, of the `state`-th of the last batch's `states`. They
  /// need no logits: a step may want those of all its tokens.
  ///
  /// @param target receives `config().width()` values
  void readState(int state, float[] target);

  /// Runs `work` for the items `0 … items−1`, in any order, on the threads that compute, and
  /// returns when all are done. The logits of a step may be read there.
  default void forEach(int items, ParallelWork work) {
    for (int item = 0; item < items; item++) {
      work.run(item, 0);
    }
  }

  /// The most workers of [#forEach].
  default int workers() {
    return 1;
  }

  /// Copies a block of the KV cache out, between steps: layer by layer its keys, then its values.
  ///
  /// @param target receives `kvShape().bytesPerBlock()` bytes, or without the near layers
  ///   `kvShape().farBytesPerBlock()`, no other number
  /// @throws IllegalArgumentException when `target` has another size
  /// @throws IndexOutOfBoundsException when the cache has no such block
  void readBlock(int block, MemorySegment target);

  /// Copies a block in, between steps, that `readBlock` of the same model and KV type copied out.
  ///
  /// @param source holds `kvShape().bytesPerBlock()` bytes, or without the near layers
  ///   `kvShape().farBytesPerBlock()`, no other number
  /// @throws IllegalArgumentException when `source` has another size
  /// @throws IndexOutOfBoundsException when the cache has no such block
  void writeBlock(int block, MemorySegment source);

  /// Forgets the keys and values of a block's near layers, between steps: no step reads them again
  /// before it writes them.
  void dropNear(int block);

  @Override
  void close();
}
