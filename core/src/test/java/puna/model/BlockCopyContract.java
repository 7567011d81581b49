package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.backend.KvType;
import puna.backend.cpu.CpuBackend;
import puna.model.synthetic.ModelShape;
import puna.model.synthetic.RandomModel;
import puna.model.synthetic.WeightMix;
import puna.tensor.ModelWarnings;
import puna.tensor.TensorSource;

/// Blocks of the KV cache that are copied out and in again, on every tier.
public abstract class BlockCopyContract {
  private static final int BLOCK = 16;
  private static final int BLOCKS = 40;
  private static final int[] PROMPT = new int[2 * BLOCK];

  private final String tier;

  protected BlockCopyContract(String tier) {
    this.tier = tier;
    for (int i = 0; i < PROMPT.length; i++) {
      PROMPT[i] = 3 + i * 7 % 50;
    }
  }

  @ParameterizedTest
  @EnumSource(KvType.class)
  void attentionToCopiedBlocksIsTheSameToTheLastBit(KvType type) {
    withDecoder(
        type,
        decoder -> {
          decoder.forward(Batches.all(PROMPT, 0, 0, 1));
          float[] expected = next(decoder, 0, 1, 2);
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment first = read(decoder, arena, 0);
            MemorySegment second = read(decoder, arena, 1);
            decoder.writeBlock(30, first); // grows the cache's memory
            decoder.writeBlock(7, second);
            decoder.forward(Batches.all(new int[2 * BLOCK], 0, 0, 1)); // not what it was
            assertThat(next(decoder, 30, 7, 5)).containsExactly(expected);
            assertThat(next(decoder, 0, 1, 2)).isNotEqualTo(expected);
            decoder.writeBlock(0, first);
            decoder.writeBlock(1, second);
            assertThat(next(decoder, 0, 1, 2)).containsExactly(expected);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(KvType.class)
  void whatIsWrittenIsReadAgain(KvType type) {
    withDecoder(
        type,
        decoder -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment written = arena.allocate(decoder.kvShape().bytesPerBlock());
            for (long i = 0; i < written.byteSize(); i++) {
              written.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 31 + i / 97));
            }
            for (int block : new int[] {0, 17, BLOCKS - 1}) {
              decoder.writeBlock(block, written);
            }
            for (int block : new int[] {0, 17, BLOCKS - 1}) {
              assertThat(read(decoder, arena, block).mismatch(written)).isEqualTo(-1);
            }
          }
        });
  }

  @Test
  void aBlockThatWasNeverWrittenCanBeRead() {
    withDecoder(
        KvType.F16,
        decoder -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(decoder.kvShape().bytesPerBlock());
            target.fill((byte) 1);
            decoder.readBlock(BLOCKS - 1, target);
            assertThat(target.mismatch(arena.allocate(target.byteSize()))).isEqualTo(-1);
          }
        });
  }

  @Test
  void refusesOtherBlocksAndSizes() {
    withDecoder(
        KvType.Q8_0,
        decoder -> {
          long bytes = decoder.kvShape().bytesPerBlock();
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment right = arena.allocate(bytes);
            for (int block : new int[] {-1, BLOCKS, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
              assertThatExceptionOfType(IndexOutOfBoundsException.class)
                  .isThrownBy(() -> decoder.readBlock(block, right))
                  .withMessage("the cache has blocks 0 to 39, not " + block);
              assertThatExceptionOfType(IndexOutOfBoundsException.class)
                  .isThrownBy(() -> decoder.writeBlock(block, right))
                  .withMessage("the cache has blocks 0 to 39, not " + block);
            }
            for (long wrong : new long[] {0, bytes - 1, bytes + 1}) {
              MemorySegment other = arena.allocate(wrong);
              assertThatIllegalArgumentException()
                  .isThrownBy(() -> decoder.readBlock(0, other))
                  .withMessageContainingAll(bytes + " bytes", "not " + wrong);
              assertThatIllegalArgumentException()
                  .isThrownBy(() -> decoder.writeBlock(0, other))
                  .withMessageContainingAll(bytes + " bytes", "not " + wrong);
            }
          }
        });
  }

  private static MemorySegment read(Decoder decoder, Arena arena, int block) {
    MemorySegment target = arena.allocate(decoder.kvShape().bytesPerBlock());
    decoder.readBlock(block, target);
    return target;
  }

  /// The logits after one token behind the prompt.
  private static float[] next(Decoder decoder, int... blocks) {
    decoder.forward(Batches.all(new int[] {9}, PROMPT.length, blocks));
    float[] logits = new float[decoder.config().vocabulary()];
    decoder.readLogits(0, logits);
    return logits;
  }

  private void withDecoder(KvType type, Consumer<Decoder> action) {
    try (TensorSource source = new RandomModel(shape(), WeightMix.named("Q8_0"), 1).load();
        CpuBackend backend = new CpuBackend(2, Optional.of(tier))) {
      LlamaModel model = LlamaModel.load(source, backend, new ModelWarnings(), bytes -> {});
      try (Decoder decoder = model.decoder(model.kvShape(BLOCKS, BLOCK, type), 64, 64)) {
        action.accept(decoder);
      }
    }
  }

  private static ModelShape shape() {
    return new ModelShape(
        "block copies",
        320,
        BLOCKS * BLOCK,
        256,
        2,
        4,
        2,
        64,
        256,
        1e-5,
        10_000,
        Optional.empty(),
        false,
        Optional.empty());
  }
}
