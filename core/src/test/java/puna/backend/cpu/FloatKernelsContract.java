package puna.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.TestSeed;
import puna.backend.Batch;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.Visibility;
import puna.backend.cpu.scalar.ScalarKernels;

/// What the element loops and attention of every tier must do, against the formulas in double
/// precision.
public abstract class FloatKernelsContract extends WordSumContract {
  private static final float UNTOUCHED = 7f;
  private static final double ATTENTION_ERROR = 2e-5;
  private static final Visibility CAUSAL = new Visibility.Causal();

  private final double wideAttentionError;

  protected FloatKernelsContract(KernelProvider provider) {
    this(provider, ATTENTION_ERROR);
  }

  /// @param wideAttentionError the most that attention of three and more tokens in an f16 cache may
  ///   be off; values are 3 at most
  protected FloatKernelsContract(KernelProvider provider, double wideAttentionError) {
    super(provider);
    this.wideAttentionError = wideAttentionError;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 16, 17, 64, 576})
  void normalizesByTheRootMeanSquare(int width) {
    FloatMatrix x = random(3, width, 2f);
    FloatMatrix out = filled(3, width);
    float[] gains = new float[width];
    for (int i = 0; i < width; i++) {
      gains[i] = 0.5f + i % 5;
    }
    kernels.rmsNorm(out, x, 1, norm(gains, 1e-5f), scratch);
    double squares = 0;
    for (int i = 0; i < width; i++) {
      squares += (double) get(x, 1, i) * get(x, 1, i);
    }
    double scale = 1 / Math.sqrt(squares / width + 1e-5);
    for (int i = 0; i < width; i++) {
      assertNear(get(out, 1, i), get(x, 1, i) * scale * gains[i]);
    }
    assertUntouched(out, 0);
    assertUntouched(out, 2);
  }

  @Test
  void normalizesInPlace() {
    FloatMatrix x = random(1, 40, 1f);
    FloatMatrix expected = filled(1, 40);
    float[] gains = new float[40];
    java.util.Arrays.fill(gains, 1.5f);
    kernels.rmsNorm(expected, x, 0, norm(gains, 1e-6f), scratch);
    kernels.rmsNorm(x, x, 0, norm(gains, 1e-6f), scratch);
    for (int i = 0; i < 40; i++) {
      assertThat(get(x, 0, i)).isEqualTo(get(expected, 0, i));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8, 16, 36, 64, 100, 128})
  void rotatesPairsOfEveryHead(int headSize) {
    FloatMatrix x = random(2, 3 * headSize, 1f);
    FloatMatrix original = random(2, 3 * headSize, 1f);
    int pairs = headSize / 2;
    float[] cosines = new float[2 * pairs];
    float[] sines = new float[2 * pairs];
    for (int i = 0; i < 2 * pairs; i++) {
      cosines[i] = (float) Math.cos(0.1 * i);
      sines[i] = (float) Math.sin(0.1 * i);
    }
    kernels.rope(
        x, 1, headSize, new FloatKernels.Rotation(floats(cosines), floats(sines)), scratch);
    for (int i = 0; i < 3 * headSize; i += 2) {
      double cosine = cosines[pairs + i % headSize / 2];
      double sine = sines[pairs + i % headSize / 2];
      double even = get(original, 1, i);
      double odd = get(original, 1, i + 1);
      assertThat((double) get(x, 1, i)).isCloseTo(even * cosine - odd * sine, within(1e-6));
      assertThat((double) get(x, 1, i + 1)).isCloseTo(even * sine + odd * cosine, within(1e-6));
      assertThat(get(x, 0, i)).isEqualTo(get(original, 0, i));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 33, 1536})
  void gatesBySilu(int width) {
    FloatMatrix gate = random(2, width, 10f);
    FloatMatrix before = random(2, width, 10f);
    FloatMatrix up = random(2, width, 1f);
    kernels.swiglu(gate, up, 1, scratch);
    for (int i = 0; i < width; i++) {
      double value = get(before, 1, i);
      assertNear(get(gate, 1, i), value / (1 + Math.exp(-value)) * get(up, 1, i));
      assertThat(get(gate, 0, i)).isEqualTo(get(before, 0, i));
    }
  }

  @Test
  void siluHoldsAtExtremes() {
    float[] values = {0f, -0f, 200f, -200f, 88.7f, -88.7f, -100f, 1e-30f, Float.MAX_VALUE, 1f};
    for (int repeat = 0; repeat < 2; repeat++) {
      int width = repeat == 0 ? 10 : 170; // tails and whole vectors
      FloatMatrix gate = filled(1, width);
      FloatMatrix up = filled(1, width);
      for (int i = 0; i < width; i++) {
        set(gate, 0, i, values[i % 10]);
        set(up, 0, i, 1f);
      }
      kernels.swiglu(gate, up, 0, scratch);
      for (int i = 0; i < width; i++) {
        double value = values[i % 10];
        assertThat((double) get(gate, 0, i))
            .isCloseTo(value / (1 + Math.exp(-value)), within(Math.abs(value) * 1e-6 + 1e-36));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 33})
  void addsTokenByToken(int width) {
    FloatMatrix x = random(2, width, 1f);
    FloatMatrix before = random(2, width, 1f);
    FloatMatrix delta = random(2, width, 3f);
    kernels.add(x, delta, 1, scratch);
    for (int i = 0; i < width; i++) {
      assertThat(get(x, 1, i)).isEqualTo(get(before, 1, i) + get(delta, 1, i));
      assertThat(get(x, 0, i)).isEqualTo(get(before, 0, i));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 36, 64})
  void storesHalvesRoundedToNearestEven(int headSize) {
    KvSlab slab = slab(new KvShape(1, 2, headSize, 3, 4, KvType.F16), KvType.F16);
    Random random = TestSeed.random(SEED);
    for (int round = 0; round < 200; round++) {
      FloatMatrix x = filled(2, 2 * headSize);
      for (int i = 0; i < 2 * headSize; i++) {
        set(x, 1, i, CachedFloats.interesting(random));
      }
      kernels.store(slab, x, 1, 2 * 4 + 3, scratch);
      for (int i = 0; i < 2 * headSize; i++) {
        long at = slab.offset(i / headSize, 3) + 2L * (i % headSize);
        short found = slab.memory(2).get(ValueLayout.JAVA_SHORT, at);
        float value = get(x, 1, i);
        if (Float.isNaN(value)) {
          assertThat(Float.float16ToFloat(found)).isNaN();
        } else {
          assertThat(found).as("%a", value).isEqualTo(Float.floatToFloat16(value));
        }
      }
      assertThat(slab.memory(2).get(ValueLayout.JAVA_BYTE, slab.offset(0, 3) - 1)).isZero();
      assertThat(slab.memory(2).get(ValueLayout.JAVA_BYTE, slab.offset(1, 0))).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 36, 64, 128})
  void storesEightBitsWithinHalfAStep(int headSize) {
    KvShape shape = new KvShape(1, 2, headSize, 3, 4, KvType.Q8_0);
    KvSlab slab = slab(shape, KvType.Q8_0);
    FloatMatrix x = random(2, 2 * headSize, 3f);
    kernels.store(slab, x, 1, 2 * 4 + 3, scratch);
    int[] blocks = {2};
    for (int d = 0; d < headSize; d++) {
      float largest = 0;
      for (int i = d / 32 * 32; i < Math.min(d / 32 * 32 + 32, headSize); i++) {
        largest = Math.max(largest, Math.abs(get(x, 1, headSize + i)));
      }
      // half a step, and the rounding of the scale to f16
      assertThat(CachedFloats.cached(slab, blocks, 3, d))
          .isCloseTo(get(x, 1, headSize + d), within(largest * (0.5f / 127 + 1f / 2048)));
    }
    assertThat(slab.memory(2).get(ValueLayout.JAVA_BYTE, slab.offset(0, 3) - 1)).isZero();
    assertThat(slab.memory(2).get(ValueLayout.JAVA_BYTE, slab.offset(1, 0))).isZero();
  }

  @Test
  void storesEightBitsOfZeroAndOfTheLargest() {
    KvSlab slab = slab(new KvShape(1, 2, 64, 3, 4, KvType.Q8_0), KvType.Q8_0);
    FloatMatrix x = filled(1, 128);
    for (int d = 0; d < 64; d++) {
      set(x, 0, 64 + d, d < 32 ? 0f : d % 2 == 0 ? -127f : 127f);
    }
    kernels.store(slab, x, 0, 4 + 2, scratch);
    for (int d = 0; d < 64; d++) {
      assertThat(CachedFloats.cached(slab, new int[] {1}, 2, d)).isEqualTo(get(x, 0, 64 + d));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 36, 64, 128})
  void storesFourBitsAsTheTensorTypeOfThatName(int headSize) {
    KvSlab slab = slab(new KvShape(1, 2, headSize, 3, 4, KvType.Q4_0), KvType.Q4_0);
    FloatMatrix x = random(2, 2 * headSize, 3f);
    kernels.store(slab, x, 1, 2 * 4 + 3, scratch);
    FourBits.requireStored(slab, x, headSize);
    assertThat(slab.memory(2).get(ValueLayout.JAVA_BYTE, slab.offset(0, 3) - 1)).isZero();
    assertThat(slab.memory(2).get(ValueLayout.JAVA_BYTE, slab.offset(1, 0))).isZero();
  }

  @ParameterizedTest
  @CsvSource({"Q8_0, Q4_0", "Q4_0, F16", "F16, F32", "F32, Q8_0", "F16, Q4_0"})
  void attendsToKeysAndValuesOfTwoTypes(KvType keys, KvType values) {
    assertAttention(new AttentionCase(keys, values, 64, 4, 1, 77, CAUSAL));
    assertAttention(new AttentionCase(keys, values, 64, 3, 40, 30, CAUSAL));
    assertAttention(new AttentionCase(keys, values, 20, 2, 19, 5, CAUSAL));
  }

  @ParameterizedTest
  @EnumSource(KvType.class)
  void attendsToASingleToken(KvType type) {
    assertAttention(new AttentionCase(type, 64, 4, 1, 0, CAUSAL));
    assertAttention(new AttentionCase(type, 64, 4, 1, 200, CAUSAL));
    assertAttention(new AttentionCase(type, 128, 1, 1, 77, CAUSAL));
  }

  @ParameterizedTest
  @EnumSource(KvType.class)
  void attendsCausallyInsideARun(KvType type) {
    assertAttention(new AttentionCase(type, 64, 3, 19, 0, CAUSAL));
    assertAttention(new AttentionCase(type, 64, 4, 70, 63, CAUSAL));
    assertAttention(new AttentionCase(type, 32, 1, 130, 5, CAUSAL));
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 20, 36, 100})
  void attendsWithAnyHeadSize(int headSize) {
    assertAttention(new AttentionCase(KvType.F16, headSize, 2, 3, 40, CAUSAL));
    assertAttention(new AttentionCase(KvType.F16, headSize, 5, 21, 0, CAUSAL));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16, 65, 100})
  void attendsInsideTheWindow(int window) {
    Visibility sliding = new Visibility.Sliding(window);
    assertAttention(new AttentionCase(KvType.F32, 16, 2, 1, 150, sliding));
    assertAttention(new AttentionCase(KvType.F32, 16, 2, 90, 31, sliding));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16, 65, 100, 1000})
  void attendsInsideTheChunk(int chunk) {
    Visibility chunked = new Visibility.Chunked(chunk);
    assertAttention(new AttentionCase(KvType.F32, 16, 2, 1, 150, chunked));
    assertAttention(new AttentionCase(KvType.F32, 16, 2, 90, 31, chunked));
    assertAttention(
        new AttentionCase(KvType.F16, 64, 4, 1, 3 * chunk - 2, chunked)); // begins a chunk
    assertAttention(new AttentionCase(KvType.Q8_0, 32, 1, 40, 200, chunked));
  }

  @ParameterizedTest
  @EnumSource(KvType.class)
  void attendsAcrossTheBeginningOfAChunk(KvType type) {
    assertAttention(new AttentionCase(type, 128, 4, 40, 131, new Visibility.Chunked(140)));
    assertAttention(new AttentionCase(type, 32, 2, 40, 131, new Visibility.Chunked(140)));
    assertAttention(new AttentionCase(type, 20, 2, 40, 130, new Visibility.Chunked(140)));
  }

  @ParameterizedTest
  @EnumSource(KvType.class)
  void attendsToLaterTokensOfTheRunWhereAllAreVisible(KvType type) {
    Visibility full = new Visibility.Full();
    assertAttention(new AttentionCase(type, 64, 4, 1, 0, full));
    assertAttention(new AttentionCase(type, 32, 1, 1, 200, full));
    assertAttention(new AttentionCase(type, 64, 3, 19, 0, full));
    assertAttention(new AttentionCase(type, 64, 4, 70, 63, full));
    assertAttention(new AttentionCase(type, 20, 2, 130, 5, full));
  }

  private void assertAttention(AttentionCase at) {
    int kvHeads = 2;
    int tokens = at.count() + 2;
    int positions = at.first() + tokens;
    KvShape shape =
        new KvShape(3, kvHeads, at.headSize(), positions / 16 + 3, 16, at.type(), at.values());
    try (CpuKvCache cache = new CpuKvCache(shape, new ScalarKernels())) {
      assertAttention(at, (CpuKvCache.Layer) cache.layer(1), positions);
    }
  }

  private void assertAttention(AttentionCase at, CpuKvCache.Layer layer, int positions) {
    int kvHeads = layer.shape().kvHeads();
    int tokens = at.count() + 2;
    KvSlab keys = layer.keys();
    KvSlab values = layer.values();
    int[] blocks = new int[positions / 16 + 1];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = blocks.length - i; // not in order
    }
    layer.reserve(CachedFloats.written(positions, blocks));
    FloatMatrix allKeys = random(positions, kvHeads * at.headSize(), 1f);
    FloatMatrix allValues = random(positions, kvHeads * at.headSize(), 3f);
    for (int position = 0; position < positions; position++) {
      int slot = blocks[position / 16] * 16 + position % 16;
      kernels.store(keys, allKeys, position, slot, scratch);
      kernels.store(values, allValues, position, slot, scratch);
    }
    FloatMatrix queries = random(tokens + 1, kvHeads * at.group() * at.headSize(), 4f);
    FloatMatrix out = filled(tokens + 1, kvHeads * at.group() * at.headSize());
    Batch.Run run = new Batch.Run(1, tokens, at.first(), blocks);
    AttentionTask.Call call = new AttentionTask.Call(out, queries, keys, values, at.visibility());
    kernels.attend(new AttentionTask(call, run, 1, 1, at.count()), scratch);
    double error = at.type() == KvType.F16 && at.count() > 2 ? wideAttentionError : ATTENTION_ERROR;
    for (int token = 0; token < tokens + 1; token++) {
      for (int head = 0; head < kvHeads * at.group(); head++) {
        boolean covered = token >= 2 && token < 2 + at.count() && head >= at.group();
        if (!covered) {
          for (int d = 0; d < at.headSize(); d++) {
            assertThat(get(out, token, head * at.headSize() + d)).isEqualTo(UNTOUCHED);
          }
        } else {
          int position = at.first() + token - 1;
          float[] query = new float[at.headSize()];
          for (int d = 0; d < at.headSize(); d++) {
            query[d] = get(queries, token, head * at.headSize() + d);
          }
          double[] expected = at.expected(query, position, keys, values, blocks);
          for (int d = 0; d < at.headSize(); d++) {
            assertThat((double) get(out, token, head * at.headSize() + d))
                .as("%s token %d head %d value %d", at, token, head, d)
                .isCloseTo(expected[d], within(error));
          }
        }
      }
    }
  }

  private KvSlab slab(KvShape shape, KvType type) {
    return new KvSlab(shape, type, arena.allocate(shape.blocks() * shape.blockBytes(type), 64));
  }

  private FloatKernels.Norm norm(float[] gains, float epsilon) {
    return new FloatKernels.Norm(floats(gains), epsilon);
  }

  private MemorySegment floats(float[] values) {
    MemorySegment segment = arena.allocate(4L * values.length, FloatMatrix.ALIGNMENT);
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
    return segment;
  }

  private FloatMatrix random(int tokens, int width, float spread) {
    FloatMatrix matrix = new FloatMatrix(arena, tokens, width);
    Random random = TestSeed.random(SEED + width);
    for (int token = 0; token < tokens; token++) {
      for (int i = 0; i < width; i++) {
        set(matrix, token, i, spread * (float) random.nextGaussian());
      }
    }
    return matrix;
  }

  private FloatMatrix filled(int tokens, int width) {
    FloatMatrix matrix = new FloatMatrix(arena, tokens, width);
    for (int token = 0; token < tokens; token++) {
      for (int i = 0; i < width; i++) {
        set(matrix, token, i, UNTOUCHED);
      }
    }
    return matrix;
  }

  private static void assertUntouched(FloatMatrix matrix, int token) {
    for (int i = 0; i < matrix.width(); i++) {
      assertThat(get(matrix, token, i)).isEqualTo(UNTOUCHED);
    }
  }

  private static void assertNear(float found, double expected) {
    assertThat((double) found).isCloseTo(expected, within(Math.abs(expected) * 1e-6 + 1e-30));
  }

  private static float get(FloatMatrix matrix, int token, int index) {
    return matrix.data().get(ValueLayout.JAVA_FLOAT, matrix.offset(token) + 4L * index);
  }

  private static void set(FloatMatrix matrix, int token, int index, float value) {
    matrix.data().set(ValueLayout.JAVA_FLOAT, matrix.offset(token) + 4L * index, value);
  }
}
