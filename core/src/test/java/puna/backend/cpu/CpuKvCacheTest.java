package puna.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import puna.backend.Batch;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.cpu.scalar.ScalarKernels;

class CpuKvCacheTest {
  private static final int BLOCKS = 1000;

  @ParameterizedTest
  @EnumSource(KvType.class)
  void growsWithTheBlocksThatAreWrittenAndKeepsTheirContents(KvType type) {
    KvShape shape = new KvShape(3, 2, 20, BLOCKS, 8, type);
    try (CpuKvCache cache = new CpuKvCache(shape, new ScalarKernels())) {
      Batch batch = new Batch(1);
      for (int block = 0; block < 50; block += 7) {
        write(cache, batch, block);
        for (int layer = 0; layer < 3; layer++) {
          CpuKvCache.Layer at = (CpuKvCache.Layer) cache.layer(layer);
          for (int before = 0; before <= block; before += 7) {
            assertThat(mark(at.keys(), before)).isEqualTo((byte) (before + layer));
            assertThat(mark(at.values(), before)).isEqualTo((byte) (before + layer + 100));
          }
          // far from the whole context
          assertThat(at.keys().data().byteSize() * 10).isLessThan(shape.bytes() / 6);
          assertThat(at.keys().data().address() % 64).isZero();
          assertThat(at.values().data().address() % 64).isZero();
        }
      }
    }
  }

  @Test
  void growsToTheLastBlockAndNoFurther() {
    KvShape shape = new KvShape(1, 1, 4, 9, 2, KvType.F32);
    try (CpuKvCache cache = new CpuKvCache(shape, new ScalarKernels())) {
      Batch batch = new Batch(1);
      write(cache, batch, 8);
      CpuKvCache.Layer layer = (CpuKvCache.Layer) cache.layer(0);
      assertThat(2 * layer.keys().data().byteSize()).isEqualTo(shape.bytes());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> write(cache, batch, 9))
          .withMessageContaining("blocks 0 to 8, not 9");
    }
  }

  private static void write(CpuKvCache cache, Batch batch, int block) {
    batch.clear();
    batch.addRun(0, new int[] {block});
    batch.addToken(1);
    for (int layer = 0; layer < cache.shape().layers(); layer++) {
      CpuKvCache.Layer at = (CpuKvCache.Layer) cache.layer(layer);
      at.reserve(batch);
      setMark(at.keys(), block, block + layer);
      setMark(at.values(), block, block + layer + 100);
    }
  }

  /// The last byte of a block.
  private static byte mark(KvSlab slab, int block) {
    return slab.data().get(ValueLayout.JAVA_BYTE, slab.offset(block + 1, 0, 0) - 1);
  }

  private static void setMark(KvSlab slab, int block, int value) {
    slab.data().set(ValueLayout.JAVA_BYTE, slab.offset(block + 1, 0, 0) - 1, (byte) value);
  }
}
