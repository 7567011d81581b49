package puna.backend.cpu.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import puna.backend.KvShape;
import puna.backend.cpu.AttentionTask;
import puna.backend.cpu.EightBitBlocks;
import puna.backend.cpu.FloatKernels;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.FourBitBlocks;
import puna.backend.cpu.KvSlab;
import puna.backend.cpu.WorkerScratch;

/// The oracle of the loops that are no matrix products: read beside the formulas of the paper.
final class ScalarFloatKernels implements FloatKernels {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  @Override
  public void rmsNorm(FloatMatrix out, FloatMatrix x, int token, Norm norm, WorkerScratch scratch) {
    int width = x.width();
    long from = x.offset(token);
    double squares = 0;
    for (int i = 0; i < width; i++) {
      float value = get(x, from, i);
      squares += value * value;
    }
    float scale = (float) (1 / Math.sqrt(squares / width + norm.epsilon()));
    long to = out.offset(token);
    for (int i = 0; i < width; i++) {
      set(out, to, i, get(x, from, i) * scale * norm.gains().getAtIndex(FLOAT, i));
    }
  }

  @Override
  public void rope(
      FloatMatrix x, int token, int headSize, Rotation rotation, WorkerScratch scratch) {
    int at = token * (headSize / 2);
    long from = x.offset(token);
    for (int head = 0; head < x.width(); head += headSize) {
      for (int pair = 0; pair < headSize / 2; pair++) {
        float cosine = rotation.cosines().getAtIndex(FLOAT, at + pair);
        float sine = rotation.sines().getAtIndex(FLOAT, at + pair);
        float even = get(x, from, head + 2 * pair);
        float odd = get(x, from, head + 2 * pair + 1);
        set(x, from, head + 2 * pair, even * cosine - odd * sine);
        set(x, from, head + 2 * pair + 1, even * sine + odd * cosine);
      }
    }
  }

  @Override
  public void swiglu(FloatMatrix gate, FloatMatrix up, int token, WorkerScratch scratch) {
    long at = gate.offset(token);
    for (int i = 0; i < gate.width(); i++) {
      float z = get(gate, at, i);
      float silu = z / (1 + (float) Math.exp(-z));
      set(gate, at, i, silu * get(up, at, i));
    }
  }

  @Override
  public void add(FloatMatrix x, FloatMatrix delta, int token, WorkerScratch scratch) {
    long at = x.offset(token);
    for (int i = 0; i < x.width(); i++) {
      set(x, at, i, get(x, at, i) + get(delta, at, i));
    }
  }

  @Override
  public void store(KvSlab slab, FloatMatrix x, int token, int slot, WorkerScratch scratch) {
    int headSize = slab.shape().headSize();
    MemorySegment target = slab.memory(slot / slab.shape().blockPositions());
    for (int head = 0; head < slab.shape().kvHeads(); head++) {
      long from = x.offset(token) + (long) head * headSize * Float.BYTES;
      long to = slab.offset(head, slot % slab.shape().blockPositions());
      switch (slab.type()) {
        case F32 -> MemorySegment.copy(x.data(), from, target, to, 4L * headSize);
        case F16 -> {
          for (int i = 0; i < headSize; i++) {
            short half = Float.floatToFloat16(get(x, from, i));
            target.set(ValueLayout.JAVA_SHORT, to + 2L * i, half);
          }
        }
        case Q8_0 -> EightBitBlocks.store(x.data(), from, target, to, headSize);
        case Q4_0 -> FourBitBlocks.store(x.data(), from, target, to, headSize);
      }
    }
  }

  /// Scratch: `floats` holds keys, then values, of all positions; `moreFloats` the query, the
  /// output and the scores.
  @Override
  public void attend(AttentionTask task, WorkerScratch scratch) {
    int headSize = task.keys().shape().headSize();
    int lastToken = task.firstToken() + task.tokenCount() - 1;
    int positions = task.lastVisible(task.run().firstPosition() + lastToken) + 1;
    float[] cached = scratch.floats(2 * positions * headSize);
    int first = task.firstVisible(task.run().firstPosition() + task.firstToken());
    for (int position = first; position < positions; position++) {
      load(task.keys(), task, position, cached, position * headSize);
      load(task.values(), task, position, cached, (positions + position) * headSize);
    }
    float[] work = scratch.moreFloats(2 * headSize + positions);
    for (int index = 0; index < task.tokenCount(); index++) {
      int token = task.run().start() + task.firstToken() + index;
      int position = task.run().firstPosition() + task.firstToken() + index;
      int visible = task.firstVisible(position);
      int last = task.lastVisible(position);
      for (int member = 0; member < task.groupSize(); member++) {
        long at = (task.kvHead() * task.groupSize() + member) * (long) headSize * Float.BYTES;
        long from = task.queries().offset(token) + at;
        MemorySegment.copy(task.queries().data(), FLOAT, from, work, 0, headSize);
        score(work, cached, headSize, visible, last + 1);
        softmax(work, 2 * headSize + visible, 2 * headSize + last + 1);
        Arrays.fill(work, headSize, 2 * headSize, 0);
        for (int seen = visible; seen <= last; seen++) {
          addValue(work, cached, headSize, seen, positions);
        }
        long to = task.out().offset(token) + at;
        MemorySegment.copy(work, headSize, task.out().data(), FLOAT, to, headSize);
      }
    }
  }

  /// One position's key or value as float32 at `out[to…]`.
  private static void load(KvSlab slab, AttentionTask task, int position, float[] out, int to) {
    KvShape shape = slab.shape();
    int block = task.run().blocks()[position / shape.blockPositions()];
    long from = slab.offset(task.kvHead(), position % shape.blockPositions());
    MemorySegment data = slab.memory(block);
    switch (slab.type()) {
      case F32 -> MemorySegment.copy(data, FLOAT, from, out, to, shape.headSize());
      case F16 -> {
        for (int i = 0; i < shape.headSize(); i++) {
          out[to + i] = Float.float16ToFloat(data.get(ValueLayout.JAVA_SHORT, from + 2L * i));
        }
      }
      case Q8_0 -> EightBitBlocks.load(data, from, out, to, shape.headSize());
      case Q4_0 -> FourBitBlocks.load(data, from, out, to, shape.headSize());
    }
  }

  /// `score(p) ← query · key(p) / √headSize` of the positions `first ≤ p < end`.
  private static void score(float[] work, float[] keys, int headSize, int first, int end) {
    float scale = (float) (1 / Math.sqrt(headSize));
    for (int position = first; position < end; position++) {
      float sum = 0;
      for (int i = 0; i < headSize; i++) {
        sum += work[i] * keys[position * headSize + i];
      }
      work[2 * headSize + position] = sum * scale;
    }
  }

  private static void softmax(float[] scores, int first, int end) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = first; i < end; i++) {
      max = Math.max(max, scores[i]);
    }
    double sum = 0;
    for (int i = first; i < end; i++) {
      scores[i] = (float) Math.exp(scores[i] - max);
      sum += scores[i];
    }
    for (int i = first; i < end; i++) {
      scores[i] /= (float) sum;
    }
  }

  /// `output ← output + weight(p) · value(p)`; values stand behind the keys of all positions.
  private static void addValue(
      float[] work, float[] cached, int headSize, int position, int positions) {
    float weight = work[2 * headSize + position];
    int from = (positions + position) * headSize;
    for (int i = 0; i < headSize; i++) {
      work[headSize + i] += weight * cached[from + i];
    }
  }

  private static float get(FloatMatrix matrix, long base, int index) {
    return matrix.data().get(FLOAT, base + (long) index * Float.BYTES);
  }

  private static void set(FloatMatrix matrix, long base, int index, float value) {
    matrix.data().set(FLOAT, base + (long) index * Float.BYTES, value);
  }
}
