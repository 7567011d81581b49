package puna.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.TestSeed;

/// What the loop of every tier must do that measures how fast memory is read.
abstract class WordSumContract extends KernelMemory {
  static final long SEED = 20_260_102;

  final FloatKernels kernels;

  WordSumContract(KernelProvider provider) {
    this.kernels = provider.floatKernels().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 8, 17})
  void addsUpTheWordsOfWholeBlocks(int blocks) {
    MemorySegment words = arena.allocate((long) blocks * FloatKernels.SUM_BLOCK, 64);
    Random random = TestSeed.random(SEED);
    int expected = 0;
    for (long i = 0; i < words.byteSize() / Integer.BYTES; i++) {
      int word = random.nextInt();
      words.setAtIndex(ValueLayout.JAVA_INT, i, word);
      expected += word;
    }

    assertThat(kernels.sum(words, scratch)).isEqualTo(expected);
  }

  @Test
  void addsUpNothingElse() {
    MemorySegment partOfABlock = arena.allocate(FloatKernels.SUM_BLOCK + 4, 64);
    MemorySegment onHeap = MemorySegment.ofArray(new byte[FloatKernels.SUM_BLOCK]);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernels.sum(partOfABlock, scratch))
        .withMessageContaining("whole blocks of 256 bytes")
        .withMessageContaining("found 260 bytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernels.sum(onHeap, scratch))
        .withMessageContaining("on the heap");
  }
}
