package puna.vector;

import static puna.vector.Lanes.COUNT;
import static puna.vector.Lanes.FLOAT;
import static puna.vector.Lanes.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import puna.backend.KvShape;
import puna.backend.cpu.AttentionTask;
import puna.backend.cpu.EightBitBlocks;
import puna.backend.cpu.FloatKernels;
import puna.backend.cpu.FloatMatrix;
import puna.backend.cpu.FourBitBlocks;
import puna.backend.cpu.KvSlab;
import puna.backend.cpu.WorkerScratch;

/// The element loops of a Llama on vectors, each with a scalar tail.
final class VectorFloatKernels implements FloatKernels {
  private static final VectorShuffle<Float> SWAP_NEIGHBOURS =
      VectorShuffle.fromOp(FLOATS, lane -> lane ^ 1);
  private static final VectorShuffle<Float> EACH_TWICE =
      VectorShuffle.fromOp(FLOATS, lane -> lane / 2);
  private static final VectorMask<Float> FIRST_HALF = FLOATS.indexInRange(0, COUNT / 2);
  // −sin for the first of a pair, +sin for the second.
  private static final FloatVector MINUS_PLUS = minusPlus();

  @Override
  public void rmsNorm(FloatMatrix out, FloatMatrix x, int token, Norm norm, WorkerScratch scratch) {
    int width = x.width();
    int whole = FLOATS.loopBound(width);
    MemorySegment source = x.data();
    long at = x.offset(token);
    FloatVector squares = FloatVector.zero(FLOATS);
    for (int i = 0; i < whole; i += COUNT) {
      FloatVector values = Lanes.load(source, at + 4L * i);
      squares = values.fma(values, squares);
    }
    float sum = Lanes.sum(squares);
    for (int i = whole; i < width; i++) {
      float value = source.get(FLOAT, at + 4L * i);
      sum += value * value;
    }
    float scale = (float) (1 / Math.sqrt(sum / width + norm.epsilon()));
    MemorySegment target = out.data();
    long to = out.offset(token);
    for (int i = 0; i < whole; i += COUNT) {
      FloatVector gain = Lanes.load(norm.gains(), 4L * i);
      Lanes.store(Lanes.load(source, at + 4L * i).mul(scale).mul(gain), target, to + 4L * i);
    }
    for (int i = whole; i < width; i++) {
      target.set(
          FLOAT,
          to + 4L * i,
          source.get(FLOAT, at + 4L * i) * scale * norm.gains().getAtIndex(FLOAT, i));
    }
  }

  @Override
  public void rope(
      FloatMatrix x, int token, int headSize, Rotation rotation, WorkerScratch scratch) {
    int at = token * (headSize / 2);
    int whole = FLOATS.loopBound(headSize);
    int heads = x.width() / headSize;
    long base = x.offset(token);
    for (int i = 0; i < whole; i += COUNT) {
      FloatVector cosines = eachTwice(rotation.cosines(), at + i / 2);
      FloatVector sines = eachTwice(rotation.sines(), at + i / 2).mul(MINUS_PLUS);
      for (int head = 0; head < heads; head++) {
        long offset = base + 4L * (head * headSize + i);
        FloatVector values = Lanes.load(x.data(), offset);
        FloatVector turned = values.rearrange(SWAP_NEIGHBOURS).mul(sines);
        Lanes.store(values.fma(cosines, turned), x.data(), offset);
      }
    }
    for (int i = whole; i < headSize; i += 2) {
      float cosine = rotation.cosines().getAtIndex(FLOAT, at + i / 2);
      float sine = rotation.sines().getAtIndex(FLOAT, at + i / 2);
      for (int head = 0; head < heads; head++) {
        long offset = base + 4L * (head * headSize + i);
        float even = x.data().get(FLOAT, offset);
        float odd = x.data().get(FLOAT, offset + 4);
        x.data().set(FLOAT, offset, even * cosine - odd * sine);
        x.data().set(FLOAT, offset + 4, even * sine + odd * cosine);
      }
    }
  }

  @Override
  public void swiglu(FloatMatrix gate, FloatMatrix up, int token, WorkerScratch scratch) {
    int width = gate.width();
    int whole = FLOATS.loopBound(width);
    MemorySegment gates = gate.data();
    MemorySegment ups = up.data();
    long gateAt = gate.offset(token);
    long upAt = up.offset(token);
    for (int i = 0; i < whole; i += COUNT) {
      FloatVector value = Lanes.load(gates, gateAt + 4L * i);
      FloatVector silu = value.div(VectorMath.exp(value.neg()).add(1f));
      Lanes.store(silu.mul(Lanes.load(ups, upAt + 4L * i)), gates, gateAt + 4L * i);
    }
    for (int i = whole; i < width; i++) {
      float value = gates.get(FLOAT, gateAt + 4L * i);
      float silu = value / (1f + (float) Math.exp(-value));
      gates.set(FLOAT, gateAt + 4L * i, silu * ups.get(FLOAT, upAt + 4L * i));
    }
  }

  @Override
  public void add(FloatMatrix x, FloatMatrix delta, int token, WorkerScratch scratch) {
    int width = x.width();
    int whole = FLOATS.loopBound(width);
    MemorySegment target = x.data();
    MemorySegment source = delta.data();
    long at = x.offset(token);
    long from = delta.offset(token);
    for (int i = 0; i < whole; i += COUNT) {
      FloatVector sum = Lanes.load(target, at + 4L * i).add(Lanes.load(source, from + 4L * i));
      Lanes.store(sum, target, at + 4L * i);
    }
    for (int i = whole; i < width; i++) {
      target.set(
          FLOAT, at + 4L * i, target.get(FLOAT, at + 4L * i) + source.get(FLOAT, from + 4L * i));
    }
  }

  @Override
  public void store(KvSlab slab, FloatMatrix x, int token, int slot, WorkerScratch scratch) {
    KvShape shape = slab.shape();
    MemorySegment target = slab.memory(slot / shape.blockPositions());
    for (int head = 0; head < shape.kvHeads(); head++) {
      long from = x.offset(token) + 4L * head * shape.headSize();
      long to = slab.offset(head, slot % shape.blockPositions());
      switch (slab.type()) {
        case F32 -> MemorySegment.copy(x.data(), from, target, to, 4L * shape.headSize());
        case F16 -> storeHalves(x.data(), from, target, to, shape.headSize());
        case Q8_0 -> EightBitBlocks.store(x.data(), from, target, to, shape.headSize());
        case Q4_0 -> FourBitBlocks.store(x.data(), from, target, to, shape.headSize());
      }
    }
  }

  @Override
  public void attend(AttentionTask task, WorkerScratch scratch) {
    new TileAttention(task, scratch).run();
  }

  private static void storeHalves(
      MemorySegment source, long from, MemorySegment target, long to, int count) {
    int whole = FLOATS.loopBound(count);
    for (int i = 0; i < whole; i += COUNT) {
      Lanes.storeShorts(
          HalfFloats.ofFloats(Lanes.load(source, from + 4L * i)), target, to + 2L * i);
    }
    for (int i = whole; i < count; i++) {
      target.set(Lanes.SHORT, to + 2L * i, Float.floatToFloat16(source.get(FLOAT, from + 4L * i)));
    }
  }

  /// `COUNT / 2` floats from `index`, each in two neighbouring lanes.
  private static FloatVector eachTwice(MemorySegment floats, int index) {
    return FloatVector.fromMemorySegment(FLOATS, floats, 4L * index, Lanes.ORDER, FIRST_HALF)
        .rearrange(EACH_TWICE);
  }

  private static FloatVector minusPlus() {
    float[] signs = new float[COUNT];
    for (int lane = 0; lane < COUNT; lane++) {
      signs[lane] = lane % 2 == 0 ? -1f : 1f;
    }
    return FloatVector.fromArray(FLOATS, signs, 0);
  }
}
