package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.NearLayers;
import puna.backend.Visibility;
import puna.engine.CacheExchange.Incoming;
import puna.engine.CacheExchange.Known;
import puna.engine.CacheExchange.Outgoing;

/// Blocks that leave one engine and go on in another, where chunks of four blocks are near.
@Timeout(60)
class CacheExchangeNearTest {
  private static final int CONTEXT = 256;
  private static final int WIDTH = 16;
  private static final int ONE = 10; // near blocks of one sequence
  private static final long FAR = 8L * WIDTH;
  private static final long ALL = 2 * FAR;

  @Test
  void blocksGoWithTheirNearLayersWhereTheyHaveThem() throws Exception {
    int[] prompt = Requests.prompt(1, 250);
    try (Engine first = engine(ONE);
        Engine second = engine(ONE)) {
      answer(first, prompt);
      try (Outgoing blocks = first.exchange().beginning(prompt)) {
        assertThat(blocks.usable()).isEqualTo(15);
        assertThat(blocks.blocks().getFirst().bytes()).isEqualTo(FAR);
        assertThat(blocks.blocks().getLast().bytes()).isEqualTo(ALL);
        assertThat(move(blocks, second)).isEqualTo(15);
      }
      assertThat(answer(second, prompt)).isEqualTo(240);
    }
  }

  @Test
  void whatIsTakenOutIsGivenBackWithItsNearLayers() throws Exception {
    int[] prompt = Requests.prompt(1, 250);
    try (Engine engine = engine(ONE)) {
      answer(engine, prompt);
      for (int i = 0; i < 5; i++) {
        engine.exchange().beginning(prompt).close();
        engine.exchange().recent(20).close();
      }
      answer(engine, Requests.prompt(2, 250)); // needs all near layers
    }
  }

  @Test
  void whatIsPutInIsGivenBackWithItsNearLayers() throws Exception {
    int[] prompt = Requests.prompt(1, 250);
    try (Engine first = engine(ONE);
        Engine second = engine(ONE)) {
      answer(first, prompt);
      for (int i = 0; i < 3; i++) {
        try (Outgoing blocks = first.exchange().beginning(prompt)) {
          move(blocks, second);
        }
        answer(second, Requests.prompt(2 + i, 250));
      }
      answer(first, Requests.prompt(9, 250));
    }
  }

  @Test
  void withoutNearLayersABeginningIsKnownButAnswersCannotGoOnBehindIt() throws Exception {
    int[] prompt = Requests.prompt(1, 60);
    try (Engine first = engine(ONE);
        Engine second = engine(ONE)) {
      answer(first, prompt);
      try (Outgoing blocks = first.exchange().beginning(prompt)) {
        assertThat(blocks.usable()).isEqualTo(3);
        moveFar(blocks, second);
      }
      try (Outgoing there = second.exchange().beginning(prompt)) {
        assertThat(there.blocks()).hasSize(3).allMatch(known -> known.bytes() == FAR);
        assertThat(there.usable()).isZero();
      }
      // what has its near layers takes the place of what lacks them
      try (Outgoing blocks = first.exchange().beginning(prompt)) {
        assertThat(move(blocks, second)).isEqualTo(3);
      }
      try (Outgoing there = second.exchange().beginning(prompt)) {
        assertThat(there.blocks()).hasSize(3).allMatch(known -> known.bytes() == ALL);
        assertThat(there.usable()).isEqualTo(3);
      }
      assertThat(answer(second, prompt)).isEqualTo(48);
      while (second.gauge().blocksHeld() > 0) {
        Thread.sleep(1); // an answer is told before its blocks are given back
      }
    }
  }

  @Test
  void nearLayersThatARunningAnswerMayNeedAreLeftToIt() throws Exception {
    Semaphore steps = new Semaphore(0);
    FakeDecoder decoder = decoder(ONE, steps);
    try (Engine engine = new Engine(decoder, CONTEXT, 1)) {
      engine.generate(Requests.greedy(Requests.prompt(1, 250), 5), new Collector());
      decoder.awaitStep(0);
      assertThat(addsBetweenSteps(engine, ALL, steps)).isFalse();
      assertThat(addsBetweenSteps(engine, FAR, steps)).isTrue();
      steps.release(1_000);
    }
  }

  private static boolean addsBetweenSteps(Engine engine, long bytes, Semaphore steps)
      throws Exception {
    AtomicBoolean added = new AtomicBoolean();
    Thread adding =
        Thread.startVirtualThread(() -> {
          try (Incoming incoming = engine.exchange().incoming()) {
            MemorySegment copy = Arena.ofAuto().allocate(bytes);
            added.set(incoming.add(-1, new int[WIDTH], copy));
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    while (adding.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    steps.release();
    adding.join();
    return added.get();
  }

  @Test
  void whatLacksNearLayersLeavesWhatHasThem() throws Exception {
    int[] prompt = Requests.prompt(1, 60);
    try (Engine engine = engine(ONE)) {
      answer(engine, prompt);
      try (Outgoing blocks = engine.exchange().beginning(prompt)) {
        moveFar(blocks, engine);
      }
      assertThat(answer(engine, prompt)).isEqualTo(48);
    }
  }

  private static Engine engine(int nearBlocks) {
    return new Engine(decoder(nearBlocks, null), CONTEXT, 1);
  }

  private static FakeDecoder decoder(int nearBlocks, @Nullable Semaphore steps) {
    NearLayers near = new NearLayers(Set.of(1), new Visibility.Chunked(64), nearBlocks);
    KvShape shape = new KvShape(2, 1, 2, 64, WIDTH, KvType.F16).with(near);
    return new FakeDecoder(CONTEXT, shape, 32, steps);
  }

  /// @return tokens that were known
  private static int answer(Engine engine, int[] prompt) throws Exception {
    Collector heard = new Collector();
    engine.generate(Requests.greedy(prompt, 5), heard);
    Outcome end = heard.await();
    assertThat(heard.tokens()).isEqualTo(FakeDecoder.greedy(prompt, 5));
    return end.cachedTokens();
  }

  /// @return how many blocks there was room for
  private static int move(Outgoing blocks, Engine target) throws InterruptedException {
    int count = 0;
    try (Incoming incoming = target.exchange().incoming()) {
      for (Known known : blocks.blocks()) {
        MemorySegment copy = Arena.ofAuto().allocate(known.bytes());
        blocks.read(known, copy);
        count += incoming.add(known.parent(), known.tokens(), copy) ? 1 : 0;
      }
    }
    return count;
  }

  /// The same without their near layers.
  private static void moveFar(Outgoing blocks, Engine target) throws InterruptedException {
    List<Boolean> added = new ArrayList<>();
    try (Incoming incoming = target.exchange().incoming()) {
      for (Known known : blocks.blocks()) {
        MemorySegment copy = Arena.ofAuto().allocate(FAR);
        blocks.read(known, copy);
        added.add(incoming.add(known.parent(), known.tokens(), copy));
      }
    }
    assertThat(added).hasSize(3).containsOnly(true);
  }
}
