package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.NearLayers;
import puna.backend.Visibility;

class BlockPoolTest {
  private static final int[] TOKENS = {1, 2, 3, 4, 5, 6, 7, 8};

  @Test
  void givesOutEveryBlockOnceAndThenNone() {
    BlockPool pool = new BlockPool(3, 4);
    assertThat(List.of(pool.acquire(), pool.acquire(), pool.acquire()))
        .containsExactlyInAnyOrder(0, 1, 2);
    assertThat(pool.acquire()).isEqualTo(BlockPool.NONE);
    pool.release(1);
    assertThat(pool.acquire()).isEqualTo(1);
  }

  @Test
  void belongsToTheThreadThatFirstChangedIt() throws InterruptedException {
    BlockPool pool = new BlockPool(3, 4);
    int block = pool.acquire();
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    List<Runnable> changes =
        List.of(
            pool::acquire,
            () -> pool.share(BlockPool.ROOT, text(TOKENS, 0)),
            () -> pool.publish(block, BlockPool.ROOT, text(TOKENS, 0)),
            () -> pool.release(block));
    for (Runnable change : changes) {
      Thread other = new Thread(change);
      other.setUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
      other.start();
      other.join();
    }
    assertThat(failures).hasSize(4).allMatch(AssertionError.class::isInstance);
    pool.release(block);
    assertThat(pool.available()).isEqualTo(3);
  }

  @Test
  void sharesAPublishedBlockWithTheSameBeginningOnly() {
    BlockPool pool = new BlockPool(4, 4);
    int first = pool.acquire();
    long chain = pool.publish(first, BlockPool.ROOT, text(TOKENS, 0));
    int second = pool.acquire();
    pool.publish(second, chain, text(TOKENS, 4));

    assertThat(pool.share(BlockPool.ROOT, text(TOKENS, 0))).isEqualTo(first);
    assertThat(pool.share(pool.chain(first), text(TOKENS, 4))).isEqualTo(second);
    assertThat(pool.share(BlockPool.ROOT, text(TOKENS, 4))).isEqualTo(BlockPool.NONE);
    assertThat(pool.share(BlockPool.ROOT, text(new int[] {1, 2, 3, 9}, 0)))
        .isEqualTo(BlockPool.NONE);
    assertThat(pool.holders(first)).isEqualTo(2);
  }

  @Test
  void keepsReleasedBlocksReusableUntilTheyAreNeeded() {
    BlockPool pool = new BlockPool(2, 4);
    int old = pool.acquire();
    pool.publish(old, BlockPool.ROOT, text(TOKENS, 0));
    int young = pool.acquire();
    pool.publish(young, BlockPool.ROOT, text(TOKENS, 4));
    pool.release(old);
    pool.release(young);
    assertThat(pool.available()).isEqualTo(2);

    assertThat(pool.acquire()).isEqualTo(old);
    assertThat(pool.share(BlockPool.ROOT, text(TOKENS, 0))).isEqualTo(BlockPool.NONE);
    assertThat(pool.share(BlockPool.ROOT, text(TOKENS, 4))).isEqualTo(young);
    assertThat(pool.available()).isZero();
  }

  @Test
  void textsThatNobodyAsksForAgainTakeHalfOfThePoolAtMost() {
    BlockPool pool = new BlockPool(16, 4);
    int highest = 0;
    for (int text = 0; text < 100; text++) {
      int block = pool.acquire();
      pool.publish(block, BlockPool.ROOT, text(new int[] {text, 0, 0, 0}, 0));
      pool.release(block);
      highest = Math.max(highest, block);
    }
    assertThat(highest).isEqualTo(7);
    assertThat(pool.share(BlockPool.ROOT, text(new int[] {99, 0, 0, 0}, 0))).isNotEqualTo(-1);
    assertThat(pool.share(BlockPool.ROOT, text(new int[] {92, 0, 0, 0}, 0))).isNotEqualTo(-1);
    assertThat(pool.share(BlockPool.ROOT, text(new int[] {91, 0, 0, 0}, 0))).isEqualTo(-1);
  }

  @Test
  void whereTheRestIsHeldAQuarterStaysReusable() {
    BlockPool pool = new BlockPool(16, 4);
    for (int i = 0; i < 8; i++) {
      pool.acquire();
    }
    for (int text = 0; text < 5; text++) {
      int block = pool.acquire();
      pool.publish(block, BlockPool.ROOT, text(new int[] {text, 0, 0, 0}, 0));
      pool.release(block);
    }
    assertThat(pool.acquire()).isEqualTo(8); // the oldest of five reusable ones
    assertThat(pool.acquire()).isEqualTo(13); // four are left
    assertThat(pool.share(BlockPool.ROOT, text(new int[] {1, 0, 0, 0}, 0))).isEqualTo(9);
  }

  @Test
  void anEqualBlockGoesOnUnderTheChainThatIsKnown() {
    BlockPool pool = new BlockPool(2, 4);
    int one = pool.acquire();
    int other = pool.acquire();
    long chain = pool.publish(one, BlockPool.ROOT, text(TOKENS, 0));
    assertThat(pool.publish(other, BlockPool.ROOT, text(TOKENS, 0))).isEqualTo(chain);
    pool.release(other);
    assertThat(pool.share(BlockPool.ROOT, text(TOKENS, 0))).isEqualTo(one);
  }

  @Test
  void whatIsHeldAndThenWhatWasUsedLastIsToldFirst() {
    BlockPool pool = new BlockPool(6, 4);
    for (int block = 0; block < 5; block++) {
      assertThat(pool.acquire()).isEqualTo(block);
      if (block < 4) {
        pool.publish(block, BlockPool.ROOT, text(new int[] {block, 0, 0, 0}, 0));
      }
    }
    pool.release(0);
    pool.release(3);
    pool.release(1);
    pool.release(4); // it was not published
    assertThat(pool.publishedByUse()).containsExactly(2, 1, 3, 0);
  }

  @Test
  void refusesToReleaseWhatNobodyHolds() {
    BlockPool pool = new BlockPool(2, 4);
    assertThatIllegalStateException()
        .isThrownBy(() -> pool.release(1))
        .withMessageContaining("block 1");
  }

  @Test
  void neverLeaksAndNeverGivesOutWhatIsHeld() {
    Random random = TestSeed.random(5);
    int blocks = 7;
    BlockPool pool = new BlockPool(blocks, 2);
    List<Integer> held = new ArrayList<>();
    Map<Integer, int[]> contents = new HashMap<>();
    for (int step = 0; step < 20_000; step++) {
      int[] text = {random.nextInt(3), random.nextInt(3)};
      switch (random.nextInt(4)) {
        case 0 -> {
          int block = pool.acquire();
          if (block == BlockPool.NONE) {
            assertThat(held.stream().distinct()).hasSize(blocks);
          } else {
            assertThat(held).doesNotContain(block);
            held.add(block);
            contents.put(block, text);
          }
        }
        case 1 -> {
          int block = pool.share(BlockPool.ROOT, text(text, 0, 2));
          if (block != BlockPool.NONE) {
            assertThat(contents.get(block)).containsExactly(text);
            held.add(block);
          }
        }
        case 2 -> {
          if (!held.isEmpty()) {
            int block = held.get(random.nextInt(held.size()));
            pool.publish(block, BlockPool.ROOT, text(contents.getOrDefault(block, text), 0, 2));
          }
        }
        default -> {
          if (!held.isEmpty()) {
            Collections.swap(held, random.nextInt(held.size()), held.size() - 1);
            pool.release(held.removeLast());
          }
        }
      }
      assertThat(pool.available())
          .as("step %d of seed 5", step)
          .isEqualTo(blocks - (int) held.stream().distinct().count());
    }
  }

  @Test
  void ofTwoEqualBlocksTheOneWithNearLayersIsKnown() {
    List<Integer> dropped = new ArrayList<>();
    KvShape shape = new KvShape(2, 1, 2, 4, 4, KvType.F16);
    NearLayers near = new NearLayers(Set.of(1), new Visibility.Sliding(8), 3);
    BlockPool pool = new BlockPool(shape.with(near), dropped::add, null);
    int poor = pool.acquire();
    long chain = pool.publish(poor, BlockPool.ROOT, text(TOKENS, 0));
    int rich = pool.acquire();
    assertThat(pool.near().acquire(rich)).isTrue();
    assertThat(pool.publish(rich, BlockPool.ROOT, text(TOKENS, 0))).isEqualTo(chain);
    int third = pool.acquire();
    assertThat(pool.near().acquire(third)).isTrue();
    assertThat(pool.publish(third, BlockPool.ROOT, text(TOKENS, 0))).isEqualTo(chain);
    assertThat(pool.share(BlockPool.ROOT, text(TOKENS, 0))).isEqualTo(rich);
    assertThat(pool.chain(rich)).isEqualTo(chain);
    pool.release(rich);

    pool.release(poor); // nobody can find it: it is free, and has nothing to drop
    assertThat(pool.available()).isEqualTo(2);
    assertThat(pool.reusable()).isZero();
    pool.near().release(third);
    pool.near().release(rich);
    pool.release(third);
    assertThat(dropped).containsExactly(third);
    pool.release(rich);
    assertThat(pool.reusable()).isEqualTo(1);
    for (int i = 0; i < 4; i++) {
      int _ = pool.acquire();
    }
    assertThat(dropped).containsExactly(third, rich);
    assertThat(pool.near().available()).isEqualTo(3);
  }

  @Test
  void whatNobodyFindsAnyMoreIsFree() {
    KvShape shape = new KvShape(2, 1, 2, 4, 4, KvType.F16);
    NearLayers near = new NearLayers(Set.of(1), new Visibility.Sliding(8), 3);
    BlockPool pool = new BlockPool(shape.with(near), block -> {}, null);
    int poor = pool.acquire();
    long chain = pool.publish(poor, BlockPool.ROOT, text(TOKENS, 0));
    pool.release(poor);
    assertThat(pool.reusable()).isEqualTo(1);
    int rich = pool.acquire();
    assertThat(pool.near().acquire(rich)).isTrue();
    assertThat(pool.publish(rich, BlockPool.ROOT, text(TOKENS, 0))).isEqualTo(chain);
    assertThat(pool.reusable()).isZero();
    assertThat(pool.available()).isEqualTo(3);
    assertThat(List.of(pool.acquire(), pool.acquire(), pool.acquire())).contains(poor);
  }

  @Test
  void neverSharesABlockOfAnotherAdapter() {
    BlockPool pool = new BlockPool(4, 4);
    BlockContent plain = text(TOKENS, 0);
    BlockContent adapted = block(TOKENS, List.of(), key("Aa"), 0);
    BlockContent otherwise = block(TOKENS, List.of(), key("BB"), 0);
    assertThat(key("Aa")).hasSameHashCodeAs(key("BB"));
    assertThat(adapted).hasSameHashCodeAs(otherwise);

    int block = pool.acquire();
    long chain = pool.publish(block, BlockPool.ROOT, adapted);
    assertThat(pool.share(BlockPool.ROOT, plain)).isEqualTo(BlockPool.NONE);
    assertThat(pool.share(BlockPool.ROOT, otherwise)).isEqualTo(BlockPool.NONE);
    assertThat(pool.share(BlockPool.ROOT, block(TOKENS, List.of(), key("Aa"), 0))).isEqualTo(block);

    int other = pool.acquire();
    assertThat(pool.publish(other, BlockPool.ROOT, otherwise)).isNotEqualTo(chain);
    assertThat(pool.share(BlockPool.ROOT, otherwise)).isEqualTo(other);
    assertThat(pool.share(BlockPool.ROOT, plain)).isEqualTo(BlockPool.NONE);
  }

  @Test
  void neverSharesABlockOfAnotherImage() {
    BlockPool pool = new BlockPool(4, 4);
    BlockContent image = block(TOKENS, List.of(image(1, 2, "Aa")), ContentKey.NONE, 0);
    int block = pool.acquire();
    pool.publish(block, BlockPool.ROOT, image);
    List<BlockContent> others =
        List.of(
            text(TOKENS, 0),
            block(TOKENS, List.of(image(1, 2, "BB")), ContentKey.NONE, 0),
            block(TOKENS, List.of(image(2, 2, "Aa")), ContentKey.NONE, 0), // elsewhere
            block(TOKENS, List.of(image(1, 3, "Aa")), ContentKey.NONE, 0), // more of it
            block(TOKENS, List.of(image(1, 2, "Aa"), image(3, 1, "Aa")), ContentKey.NONE, 0),
            block(TOKENS, List.of(image(1, 2, "Aa")), key("Aa"), 0),
            block(TOKENS, List.of(), key("Aa"), 0));
    for (BlockContent other : others) {
      assertThat(pool.share(BlockPool.ROOT, other)).as("%s", other).isEqualTo(BlockPool.NONE);
    }
    assertThat(
            pool.share(
                BlockPool.ROOT, block(TOKENS, List.of(image(1, 2, "Aa")), ContentKey.NONE, 0)))
        .isEqualTo(block);
  }

  @Test
  void anImageOfSeveralBlocksIsInEachOfThem() {
    List<PromptContent.Image> images = List.of(image(2, 5, "Aa"));
    int[] sevens = {7, 7, 7, 7, 7, 7, 7, 7};
    BlockContent first = block(sevens, images, ContentKey.NONE, 0);
    BlockContent second = block(sevens, images, ContentKey.NONE, 4);
    assertThat(first.images()).containsExactly(new BlockContent.Piece(2, 2, 0, key("Aa")));
    assertThat(second.images()).containsExactly(new BlockContent.Piece(0, 3, 2, key("Aa")));
    assertThat(second)
        .isNotEqualTo(block(sevens, List.of(image(2, 5, "BB")), ContentKey.NONE, 4))
        .isNotEqualTo(block(sevens, List.of(image(3, 4, "Aa")), ContentKey.NONE, 4));
  }

  @Test
  void tokensOfEqualHashesAreNotTheSameText() {
    BlockPool pool = new BlockPool(4, 2);
    BlockContent one = text(new int[] {0, 31}, 0, 2);
    BlockContent other = text(new int[] {1, 0}, 0, 2);
    assertThat(one).hasSameHashCodeAs(other);
    pool.publish(pool.acquire(), BlockPool.ROOT, one);
    assertThat(pool.share(BlockPool.ROOT, other)).isEqualTo(BlockPool.NONE);
  }

  private static BlockContent text(int[] tokens, int from) {
    return text(tokens, from, 4);
  }

  private static BlockContent text(int[] tokens, int from, int count) {
    return PromptContent.of(tokens).block(tokens, from, count);
  }

  private static BlockContent block(
      int[] tokens, List<PromptContent.Image> images, ContentKey adapter, int from) {
    return new PromptContent(tokens, images, adapter).block(tokens, from, 4);
  }

  private static PromptContent.Image image(int position, int count, String key) {
    return new PromptContent.Image(position, count, key(key));
  }

  private static ContentKey key(String bytes) {
    return ContentKey.of(bytes.getBytes(StandardCharsets.US_ASCII));
  }
}
