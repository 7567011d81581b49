package puna.x64.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import puna.TestSeed;

class HugeMemoryTest {
  private final SystemMemory memory = SystemMemory.ofThisSystem();

  @Test
  void beginsEachRegionAtAHugePage() {
    try (Arena arena = Arena.ofConfined()) {
      HugeMemory huge = new HugeMemory(memory, arena);

      assertThat(huge.allocate(100, 1).address() % HugeMemory.HUGE_PAGE).isZero();
      MemorySegment large = huge.allocate(HugeMemory.REGION + 1, 64);
      assertThat(large.address() % HugeMemory.HUGE_PAGE).isZero();
      assertThat(large.byteSize()).isEqualTo(HugeMemory.REGION + 1);
      large.set(ValueLayout.JAVA_BYTE, HugeMemory.REGION, (byte) 1);
    }
  }

  @Test
  void handsOutZeroedAlignedMemoryThatDoesNotOverlap() {
    Random random = TestSeed.random(5);
    try (Arena arena = Arena.ofConfined()) {
      HugeMemory huge = new HugeMemory(memory, arena);
      List<MemorySegment> segments = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        long alignment = 1L << random.nextInt(13);
        MemorySegment segment = huge.allocate(random.nextInt(900_000), alignment);
        assertThat(segment.address() % Math.max(64, alignment)).isZero();
        if (segment.byteSize() > 0) {
          assertThat(segment.get(ValueLayout.JAVA_BYTE, 0)).isZero();
          assertThat(segment.get(ValueLayout.JAVA_BYTE, segment.byteSize() - 1)).isZero();
          segment.set(ValueLayout.JAVA_BYTE, 0, (byte) i);
          segment.set(ValueLayout.JAVA_BYTE, segment.byteSize() - 1, (byte) i);
        }
        segments.add(segment);
      }
      for (int i = 0; i < segments.size(); i++) {
        if (segments.get(i).byteSize() > 0) {
          assertThat(segments.get(i).get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) i);
        }
      }
    }
  }

  @Test
  void givesItsMemoryBackWithTheArena() {
    MemorySegment segment;
    try (Arena arena = Arena.ofShared()) {
      segment = new HugeMemory(memory, arena).allocate(10, 1);
    }
    assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void fallsBackToTheArenaWhereTheSystemMapsNothing() {
    try (Arena arena = Arena.ofConfined()) {
      HugeMemory huge = new HugeMemory(new RefusingMemory(), arena);
      MemorySegment segment = huge.allocate(1000, 1);
      segment.fill((byte) 1);
      assertThat(segment.address() % 64).isZero();
      assertThat(segment.byteSize()).isEqualTo(1000);
    }
  }

  @Test
  void refusesSizesAndAlignmentsThatAreNone() {
    HugeMemory huge = new HugeMemory(memory, Arena.global());
    assertThatIllegalArgumentException().isThrownBy(() -> huge.allocate(-1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> huge.allocate(1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> huge.allocate(1, 48));
    assertThatThrownBy(() -> huge.allocate(Long.MAX_VALUE / 2, 1))
        .isInstanceOf(OutOfMemoryError.class);
  }
}
