package puna.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import puna.TestSeed;

class ChunkPlanTest {
  private static final ChunkPlan TWO_THREADS = new ChunkPlan(2, 16);

  @Test
  void matricesOfManyBytesAreCutIntoEightChunksAThread() {
    assertThat(TWO_THREADS.rowsAChunk(new int[] {8192}, 64 << 20)).isEqualTo(8192 / 16);
  }

  @Test
  void matricesOfFewBytesAreCutIntoFewChunks() {
    assertThat(TWO_THREADS.rowsAChunk(new int[] {576}, 200_000)).isEqualTo(576 / 4);
  }

  @Test
  void chunksOfSeveralMatricesEndTogether() {
    // six chunks of the first, two each of the others: five a thread
    assertThat(TWO_THREADS.rowsAChunk(new int[] {576, 192, 192}, 345_600)).isEqualTo(96);
  }

  @Test
  void aMatrixOfOneGroupIsOneChunk() {
    assertThat(TWO_THREADS.rowsAChunk(new int[] {5}, 100)).isEqualTo(16);
    assertThat(new ChunkPlan(64, 8).rowsAChunk(new int[] {1}, 0)).isEqualTo(8);
  }

  @Test
  void chunksAreWholeGroupsAndNoThreadHasMuchMoreThanItsShare() {
    Random random = TestSeed.random(4);
    for (int i = 0; i < 10_000; i++) {
      int threads = 1 + random.nextInt(64);
      int group = random.nextBoolean() ? 8 : 16;
      int[] rows =
          IntStream.range(0, 1 + random.nextInt(3)).map(_ -> 1 + random.nextInt(200_000)).toArray();
      long bytes = random.nextLong(1L << 40);

      int chunk = new ChunkPlan(threads, group).rowsAChunk(rows, bytes);

      assertThat(chunk).isPositive().isEqualTo(chunk / group * group);
      long all = IntStream.of(rows).asLongStream().sum();
      long chunks = IntStream.of(rows).mapToLong(each -> Math.ceilDiv(each, chunk)).sum();
      long most = Math.ceilDiv(chunks, (long) threads) * chunk;
      // the last chunk of each matrix is short, and whole groups are not cut
      assertThat(most).isLessThanOrEqualTo(2 * Math.ceilDiv(all, (long) threads) + 4L * group);
    }
  }
}
