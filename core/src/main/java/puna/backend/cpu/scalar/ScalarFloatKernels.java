package puna.backend.cpu.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import puna.backend.KvShape;
import puna.backend.cpu.AttentionTask;
import puna.backend.cpu.EightBitBlocks;
import puna.backend.cpu.FloatKernels;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.KvSlab;
import puna.backend.cpu.WorkerScratch;

/// The oracle of the loops that are no matrix products: read beside the formulas of the paper.
final class ScalarFloatKernels implements FloatKernels {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  @Override
  public void rmsNorm(
      FloatMatrix out, FloatMatrix x, int token, MemorySegment gains, float epsilon) {
    int width = x.width();
    long from = x.offset(token);
    double squares = 0;
    for (int i = 0; i < width; i++) {
      float value = get(x, from, i);
      squares += value * value;
    }
    float scale = (float) (1 / Math.sqrt(squares / width + epsilon));
    long to = out.offset(token);
    for (int i = 0; i < width; i++) {
      set(out, to, i, get(x, from, i) * scale * gains.getAtIndex(FLOAT, i));
    }
  }

  @Override
  public void rope(FloatMatrix x, int token, int headSize, Rotation rotation, int at) {
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
  public void swiglu(FloatMatrix gate, FloatMatrix up, int token) {
    long at = gate.offset(token);
    for (int i = 0; i < gate.width(); i++) {
      float z = get(gate, at, i);
      float silu = z / (1 + (float) Math.exp(-z));
      set(gate, at, i, silu * get(up, at, i));
    }
  }

  @Override
  public void add(FloatMatrix x, FloatMatrix delta, int token) {
    long at = x.offset(token);
    for (int i = 0; i < x.width(); i++) {
      set(x, at, i, get(x, at, i) + get(delta, at, i));
    }
  }

  @Override
  public void store(KvSlab slab, FloatMatrix x, int token, int block, int positionInBlock) {
    int headSize = slab.shape().headSize();
    for (int head = 0; head < slab.shape().kvHeads(); head++) {
      long from = x.offset(token) + (long) head * headSize * Float.BYTES;
      long to = slab.offset(block, head, positionInBlock);
      switch (slab.shape().type()) {
        case F32 -> MemorySegment.copy(x.data(), from, slab.data(), to, 4L * headSize);
        case F16 -> {
          for (int i = 0; i < headSize; i++) {
            short half = Float.floatToFloat16(get(x, from, i));
            slab.data().set(ValueLayout.JAVA_SHORT, to + 2L * i, half);
          }
        }
        case Q8_0 -> EightBitBlocks.store(x.data(), from, slab.data(), to, headSize);
      }
    }
  }

  @Override
  public void attend(AttentionTask task, WorkerScratch scratch) {
    int headSize = task.keys().shape().headSize();
    int positions = task.run().firstPosition() + task.firstToken() + task.tokenCount();
    float[] keys = scratch.floats(positions * headSize);
    float[] values = scratch.moreFloats(positions * headSize);
    int first = task.firstVisible(task.run().firstPosition() + task.firstToken());
    for (int position = first; position < positions; position++) {
      load(task.keys(), task, position, keys);
      load(task.values(), task, position, values);
    }
    float[] scores = new float[positions];
    float[] query = new float[headSize];
    for (int index = 0; index < task.tokenCount(); index++) {
      int token = task.run().start() + task.firstToken() + index;
      int position = task.run().firstPosition() + task.firstToken() + index;
      Span visible = new Span(task.firstVisible(position), position + 1);
      for (int member = 0; member < task.groupSize(); member++) {
        long at = (task.kvHead() * task.groupSize() + member) * (long) headSize * Float.BYTES;
        long from = task.queries().offset(token) + at;
        MemorySegment.copy(task.queries().data(), FLOAT, from, query, 0, headSize);
        score(query, keys, visible, scores);
        softmax(scores, visible);
        float[] mixed = mix(values, visible, scores, headSize);
        MemorySegment.copy(
            mixed, 0, task.out().data(), FLOAT, task.out().offset(token) + at, headSize);
      }
    }
  }

  /// Positions `first ≤ p < end` that a token sees.
  private record Span(int first, int end) {}

  /// One position's key or value as float32 at `out[position · headSize…]`.
  private static void load(KvSlab slab, AttentionTask task, int position, float[] out) {
    KvShape shape = slab.shape();
    int block = task.run().blocks()[position / shape.blockPositions()];
    long from = slab.offset(block, task.kvHead(), position % shape.blockPositions());
    int to = position * shape.headSize();
    MemorySegment data = slab.data();
    switch (shape.type()) {
      case F32 -> MemorySegment.copy(data, FLOAT, from, out, to, shape.headSize());
      case F16 -> {
        for (int i = 0; i < shape.headSize(); i++) {
          out[to + i] = Float.float16ToFloat(data.get(ValueLayout.JAVA_SHORT, from + 2L * i));
        }
      }
      case Q8_0 -> EightBitBlocks.load(data, from, out, to, shape.headSize());
    }
  }

  /// `scores[p] ← query · key(p) / √headSize`.
  private static void score(float[] query, float[] keys, Span visible, float[] scores) {
    float scale = (float) (1 / Math.sqrt(query.length));
    for (int position = visible.first(); position < visible.end(); position++) {
      float sum = 0;
      for (int i = 0; i < query.length; i++) {
        sum += query[i] * keys[position * query.length + i];
      }
      scores[position] = sum * scale;
    }
  }

  private static void softmax(float[] scores, Span visible) {
    float max = Float.NEGATIVE_INFINITY;
    for (int position = visible.first(); position < visible.end(); position++) {
      max = Math.max(max, scores[position]);
    }
    double sum = 0;
    for (int position = visible.first(); position < visible.end(); position++) {
      scores[position] = (float) Math.exp(scores[position] - max);
      sum += scores[position];
    }
    for (int position = visible.first(); position < visible.end(); position++) {
      scores[position] /= (float) sum;
    }
  }

  /// `Σ_p weights[p] · value(p)`.
  private static float[] mix(float[] values, Span visible, float[] weights, int headSize) {
    float[] sum = new float[headSize];
    for (int position = visible.first(); position < visible.end(); position++) {
      for (int i = 0; i < headSize; i++) {
        sum[i] += weights[position] * values[position * headSize + i];
      }
    }
    return sum;
  }

  private static float get(FloatMatrix matrix, long base, int index) {
    return matrix.data().get(FLOAT, base + (long) index * Float.BYTES);
  }

  private static void set(FloatMatrix matrix, long base, int index, float value) {
    matrix.data().set(FLOAT, base + (long) index * Float.BYTES, value);
  }
}
