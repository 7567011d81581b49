package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.NearLayers;
import puna.backend.Visibility;

/// Which blocks have near layers, and when they go.
class NearPartsTest {
  private static final long SEED = TestSeed.of(20_261_130);
  private static final int WIDTH = 16;
  private static final int BLOCKS = 40;

  private final Set<Integer> dropped = new HashSet<>();

  private NearParts parts(Visibility visibility, int most) {
    KvShape shape = new KvShape(2, 1, 2, BLOCKS, WIDTH, KvType.F16);
    return new NearParts(
        shape.with(new NearLayers(Set.of(1), visibility, most)),
        block -> assertThat(dropped.add(block)).isTrue());
  }

  private static int[] blocks(int count) {
    int[] blocks = new int[count];
    for (int i = 0; i < count; i++) {
      blocks[i] = i;
    }
    return blocks;
  }

  @Test
  void whereEveryBlockHasAllLayersAllIsThere() {
    NearParts all = new NearParts(new KvShape(2, 1, 2, BLOCKS, WIDTH, KvType.F16), dropped::add);
    assertThat(all.isLimited()).isFalse();
    assertThat(all.has(7)).isTrue();
    assertThat(all.acquire(7)).isTrue();
    assertThat(all.hold(9)).isTrue();
    all.release(9);
    all.drop(9);
    assertThat(all.usable(blocks(30), 30)).isEqualTo(30);
    assertThat(all.firstRead(10_000)).isZero();
    assertThat(all.most(10_000, 512)).isZero();
    assertThat(all.available()).isEqualTo(Integer.MAX_VALUE);
    assertThat(dropped).isEmpty();
  }

  @Test
  void aChunkIsReadFromItsBeginning() {
    NearParts parts = parts(new Visibility.Chunked(128), 20);
    assertThat(parts.firstRead(127)).isZero();
    assertThat(parts.firstRead(128)).isEqualTo(8);
    assertThat(parts.firstRead(255)).isEqualTo(8);
    assertThat(parts.most(1_000, 32)).isEqualTo(14); // 127 before 32, from a multiple of 64 on
    assertThat(parts.most(100, 32)).isEqualTo(7);
  }

  @Test
  void aWindowIsReadInWholeGroups() {
    NearParts parts = parts(new Visibility.Sliding(100), 20);
    assertThat(parts.firstRead(162)).isZero();
    assertThat(parts.firstRead(163)).isEqualTo(4);
    assertThat(parts.firstRead(226)).isEqualTo(4);
    assertThat(parts.firstRead(227)).isEqualTo(8);
  }

  @Test
  void aBeginningIsUsableWhereWhatIsReadBehindItIsThere() {
    NearParts parts = parts(new Visibility.Chunked(128), 20);
    int[] blocks = blocks(20);
    assertThat(parts.usable(blocks, 20)).isEqualTo(16); // behind a whole chunk nothing is read
    assertThat(parts.usable(blocks, 7)).isZero();
    parts.acquire(16);
    parts.acquire(17);
    parts.acquire(19);
    assertThat(parts.usable(blocks, 20)).isEqualTo(18);
    parts.acquire(18);
    assertThat(parts.usable(blocks, 20)).isEqualTo(20);
    assertThat(parts.usable(blocks, 15)).isEqualTo(8);

    NearParts window = parts(new Visibility.Sliding(100), 20);
    for (int block = 8; block < 15; block++) {
      window.acquire(block);
    }
    assertThat(window.usable(blocks, 20)).isEqualTo(15); // 240 sees 141, read from 128 on
    window.release(8);
    window.drop(8);
    assertThat(window.usable(blocks, 20)).isZero();
  }

  @Test
  void whatIsReadNoMoreIsKeptUntilItIsNeeded() {
    NearParts parts = parts(new Visibility.Chunked(64), 3);
    assertThat(parts.acquire(1)).isTrue();
    assertThat(parts.acquire(2)).isTrue();
    assertThat(parts.acquire(3)).isTrue();
    assertThat(parts.acquire(4)).isFalse();
    assertThat(parts.available()).isZero();
    parts.release(2);
    parts.release(1);
    assertThat(parts.available()).isEqualTo(2);
    assertThat(dropped).isEmpty();
    assertThat(parts.acquire(4)).isTrue();
    assertThat(dropped).containsExactly(2);
    assertThat(parts.has(2)).isFalse();
    assertThat(parts.hold(2)).isFalse();
    assertThat(parts.hold(1)).isTrue();
    assertThat(parts.available()).isZero();
  }

  @Test
  void whatIsKeptTakesAQuarterWhereHalfIsInUse() {
    NearParts ten = parts(new Visibility.Chunked(64), 40);
    readBeside(ten, 10, 21);
    assertThat(dropped).isEmpty();
    assertThat(ten.acquire(21)).isTrue(); // eleven of 21 are kept
    assertThat(dropped).containsExactly(10);

    dropped.clear();
    NearParts nine = parts(new Visibility.Chunked(64), 40);
    readBeside(nine, 9, 20);
    assertThat(dropped).isEmpty();
    assertThat(nine.acquire(20)).isTrue(); // eleven of 20
    assertThat(dropped).containsExactly(9);
  }

  @Test
  void whatOneSequenceNeedsIsKeptAlsoWhereThatIsMoreThanAQuarter() {
    NearParts parts = parts(new Visibility.Chunked(64), 12); // of which one reads eight
    readBeside(parts, 0, 9);
    assertThat(dropped).isEmpty();
    assertThat(parts.acquire(9)).isTrue();
    assertThat(dropped).containsExactly(0);
  }

  /// Acquires the parts of the first blocks up to `end`; those from `held` on are read no more.
  private static void readBeside(NearParts parts, int held, int end) {
    for (int block = 0; block < end; block++) {
      assertThat(parts.acquire(block)).isTrue();
      if (block >= held) {
        parts.release(block);
      }
    }
  }

  @Test
  void refusesWhatWouldTakeItFromSomebody() {
    NearParts parts = parts(new Visibility.Chunked(64), 3);
    parts.acquire(1);
    assertThatIllegalStateException()
        .isThrownBy(() -> parts.drop(1))
        .withMessage("near layers of block 1 are dropped, but somebody holds them");
    assertThatIllegalStateException().isThrownBy(() -> parts.acquire(1));
    parts.release(1);
    assertThatIllegalStateException()
        .isThrownBy(() -> parts.release(1))
        .withMessage("near layers of block 1 are released, but nobody holds them");
    assertThatIllegalStateException().isThrownBy(() -> parts.release(2));
  }

  @Test
  void neverLeaksAndNeverGivesOutMoreThanThereAre() {
    Random random = new Random(SEED);
    int most = 9;
    NearParts parts = parts(new Visibility.Chunked(64), most);
    List<Integer> held = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      int block = random.nextInt(BLOCKS);
      switch (random.nextInt(3)) {
        case 0 -> {
          boolean isThere = parts.has(block);
          boolean isHeld = isThere ? parts.hold(block) : parts.acquire(block);
          if (isHeld) {
            held.add(block);
          }
          assertThat(isHeld || held.stream().distinct().count() == most).isTrue();
        }
        case 1 -> {
          if (!held.isEmpty()) {
            Collections.swap(held, random.nextInt(held.size()), held.size() - 1);
            parts.release(held.removeLast());
          }
        }
        default -> {
          if (!held.contains(block)) {
            parts.drop(block);
          }
        }
      }
      dropped.clear();
      check(parts, most, held);
    }
  }

  private static void check(NearParts parts, int most, List<Integer> held) {
    long there = 0;
    for (int each = 0; each < BLOCKS; each++) {
      there += parts.has(each) ? 1 : 0;
    }
    assertThat(there).as("seed %s", SEED).isLessThanOrEqualTo(most);
    assertThat(parts.available())
        .as("seed %s", SEED)
        .isEqualTo(most - (int) held.stream().distinct().count());
    assertThat(held).allMatch(parts::has);
  }
}
