package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The loops of a Llama that are no matrix products, for one tier. Each call works on one token or
/// one head; the back end splits the work.
public interface FloatKernels {
  /// Bytes of a block of what is summed.
  int SUM_BLOCK = 256;

  /// `out[token] ← x[token] / sqrt(mean(x²) + epsilon) ⊙ gains`.
  void rmsNorm(FloatMatrix out, FloatMatrix x, int token, Norm norm, WorkerScratch scratch);

  /// Rotates every head of `x[token]`; pair `i` of a head is `(2i, 2i+1)`. The rotation holds
  /// `headSize/2` cosines and sines a token.
  void rope(FloatMatrix x, int token, int headSize, Rotation rotation, WorkerScratch scratch);

  /// `gate[token] ← silu(gate[token]) ⊙ up[token]`.
  void swiglu(FloatMatrix gate, FloatMatrix up, int token, WorkerScratch scratch);

  /// `x[token] ← x[token] + delta[token]`.
  void add(FloatMatrix x, FloatMatrix delta, int token, WorkerScratch scratch);

  /// Stores one token's keys (or values) of all KV heads in the cache's number format.
  ///
  /// @param slot where in the slab: `block · blockPositions + position in the block`
  void store(KvSlab slab, FloatMatrix x, int token, int slot, WorkerScratch scratch);

  /// Attention of the query heads of one KV head at the tokens of `task`.
  void attend(AttentionTask task, WorkerScratch scratch);

  /// The sum of the 32-bit words of `memory`, read once from beginning to end as fast as the tier
  /// can: the bound of whatever reads weights.
  ///
  /// @param memory native, whole blocks of `SUM_BLOCK` bytes
  /// @throws IllegalArgumentException for other memory
  default int sum(MemorySegment memory, WorkerScratch scratch) {
    checkSummed(memory);
    int sum = 0;
    for (long at = 0; at < memory.byteSize(); at += Integer.BYTES) {
      sum += memory.get(ValueLayout.JAVA_INT, at);
    }
    return sum;
  }

  /// Throws unless `memory` is what `sum` takes.
  static void checkSummed(MemorySegment memory) {
    if (!memory.isNative() || memory.byteSize() % SUM_BLOCK != 0) {
      throw new IllegalArgumentException(
          "native memory of whole blocks of %s bytes is summed, found %s bytes%s"
              .formatted(SUM_BLOCK, memory.byteSize(), memory.isNative() ? "" : " on the heap"));
    }
  }

  /// How many queries of consecutive tokens, at the heads of one KV head, one task of attention
  /// should have, so that what is read of keys and values is shared by enough of them.
  default int queriesTogether() {
    return 128;
  }

  /// What a normalization multiplies by.
  ///
  /// @param gains float32, 64-byte aligned
  record Norm(MemorySegment gains, float epsilon) {}

  /// Cosines and sines of a step's tokens, (tokens × headSize/2) float32 each, 64-byte aligned.
  record Rotation(MemorySegment cosines, MemorySegment sines) {
    /// Of no tokens.
    static Rotation none() {
      return new Rotation(MemorySegment.NULL, MemorySegment.NULL);
    }
  }
}
