package puna.checkpoint.llama2c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.tensor.StoredBytes;

class GroupedCodesTest {
  private static final int GROUP = 24;
  private static final int COUNT = GROUP * 1500;

  private final byte[] codes = new byte[COUNT];
  private final ByteBuffer scales =
      ByteBuffer.allocate(COUNT / GROUP * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  @Test
  void anyPieceIsThatOfTheWhole() {
    Random random = TestSeed.random(7);
    random.nextBytes(codes);
    ByteBuffer wanted = ByteBuffer.allocate(COUNT * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int group = 0; group < COUNT / GROUP; group++) {
      scales.putFloat(group * Float.BYTES, random.nextFloat());
    }
    for (int i = 0; i < COUNT; i++) {
      float value = codes[i] * scales.getFloat(i / GROUP * Float.BYTES);
      wanted.putFloat(i * Float.BYTES, codes[i] == 0 ? 0 : value);
    }
    byte[] whole = wanted.array();
    StoredBytes scaled = GroupedCodes.values(of(codes), of(scales.array()), GROUP);
    assertThat(scaled.toArray()).isEqualTo(whole);
    for (int round = 0; round < 500; round++) {
      int from = random.nextInt(whole.length);
      int count = random.nextInt(1 + Math.min(100_000, whole.length - from));
      int skipped = random.nextInt(1 + count);
      byte[] piece = new byte[count - skipped];
      scaled.slice(from, count).read(skipped, MemorySegment.ofArray(piece));
      assertThat(piece).isEqualTo(Arrays.copyOfRange(whole, from + skipped, from + count));
    }
    assertThat(scaled.memory()).isEmpty();
  }

  @Test
  void refusesAnotherNumberOfScales() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GroupedCodes.values(of(codes), of(new byte[4]), GROUP))
        .withMessageContaining("in groups of 24 must have as many scales, found 4 bytes");
  }

  private static StoredBytes of(byte[] bytes) {
    return StoredBytes.of(MemorySegment.ofArray(bytes));
  }
}
