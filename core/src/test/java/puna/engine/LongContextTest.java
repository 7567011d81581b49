package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import puna.TestSeed;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.NearLayers;
import puna.backend.Visibility;
import puna.engine.CacheExchange.Incoming;
import puna.engine.CacheExchange.Known;
import puna.engine.CacheExchange.Outgoing;

/// Contexts of many chunks or windows, whose layers keep the last alone, with a decoder that
/// notices whatever it would miss.
@Timeout(120)
class LongContextTest {
  private static final long SEED = TestSeed.of(31_000);
  private static final int CONTEXT = 1000;
  private static final int WIDTH = 16;
  private static final int BATCH = 32;
  private static final int ONE = 14; // near blocks of one sequence
  private static final Visibility CHUNK = new Visibility.Chunked(128);

  private static List<Visibility> visibilities() {
    return List.of(CHUNK, new Visibility.Sliding(100), new Visibility.Chunked(48));
  }

  private static FakeDecoder decoder(Visibility visibility, int blocks, int nearBlocks) {
    KvShape shape = new KvShape(2, 1, 2, blocks, WIDTH, KvType.F16);
    NearLayers near = new NearLayers(Set.of(1), visibility, nearBlocks);
    return new FakeDecoder(CONTEXT, shape.with(near), BATCH, null);
  }

  private static int answer(Engine engine, int[] prompt, int count) throws Exception {
    Collector heard = new Collector();
    engine.generate(Requests.greedy(prompt, count), heard);
    Outcome end = heard.await();
    assertThat(heard.tokens()).isEqualTo(FakeDecoder.greedy(prompt, count));
    return end.cachedTokens();
  }

  /// An answer is told before its blocks are given back.
  private static void awaitNothingHeld(Engine engine) {
    while (engine.gauge().blocksHeld() > 0) {
      LockSupport.parkNanos(10_000);
    }
  }

  @ParameterizedTest
  @MethodSource("visibilities")
  void aLongAnswerKeepsNoMoreThanItsLastChunk(Visibility visibility) throws Exception {
    FakeDecoder decoder = decoder(visibility, 64, ONE);
    try (Engine engine = new Engine(decoder, CONTEXT, 1)) {
      answer(engine, Requests.prompt(1, 300), 600);
      answer(engine, Requests.prompt(2, 990), 10);
      assertThat(decoder.nearBlocks()).isLessThanOrEqualTo(ONE);
    }
    assertThat(decoder.isClosed()).isTrue();
  }

  @Test
  void oneAnswerDoesNotFillTheMemoryOfMany() throws Exception {
    FakeDecoder decoder = decoder(CHUNK, 512, 8 * ONE);
    try (Engine engine = new Engine(decoder, CONTEXT, 8)) {
      for (int i = 0; i < 5; i++) {
        answer(engine, Requests.prompt(i, 900), 50);
      }
      assertThat(decoder.nearBlocks()).isBetween(2 * ONE, 4 * ONE + 1);
    }
  }

  @Test
  void aBeginningIsTakenUpWithItsLastChunkAndWithoutItAtAnEarlierBorder() throws Exception {
    int[] prompt = Requests.prompt(1, 860);
    try (Engine engine = new Engine(decoder(CHUNK, 512, ONE), CONTEXT, 1)) {
      assertThat(answer(engine, prompt, 5)).isZero();
      assertThat(answer(engine, prompt, 20)).isEqualTo(848);
      assertThat(answer(engine, Arrays.copyOf(prompt, 300), 5)).isEqualTo(256); // two chunks
      answer(engine, Requests.prompt(2, 400), 5);
      assertThat(answer(engine, prompt, 20)).isEqualTo(768); // six chunks
      assertThat(answer(engine, prompt, 20)).isEqualTo(848); // it was computed again
      awaitNothingHeld(engine);
    }
  }

  @Test
  void aBeginningWithinAWindowThatIsGoneIsComputedAgain() throws Exception {
    int[] prompt = Requests.prompt(1, 860);
    try (Engine engine = new Engine(decoder(new Visibility.Sliding(100), 512, ONE), CONTEXT, 1)) {
      answer(engine, prompt, 5);
      assertThat(answer(engine, prompt, 20)).isEqualTo(848);
      answer(engine, Requests.prompt(2, 400), 5);
      assertThat(answer(engine, prompt, 20)).isZero();
    }
  }

  @Test
  void whatIsAdmittedKeepsItsPlaceSinceNearLayersAreCounted() throws Exception {
    FakeDecoder decoder = decoder(CHUNK, 512, 2 * ONE + 3);
    try (Engine engine = new Engine(decoder, CONTEXT, 8)) {
      List<Collector> answers = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        answers.add(new Collector());
        engine.generate(Requests.greedy(Requests.prompt(i, 250), 60), answers.get(i));
      }
      for (int i = 0; i < 12; i++) {
        answers.get(i).await();
        assertThat(answers.get(i).tokens())
            .isEqualTo(FakeDecoder.greedy(Requests.prompt(i, 250), 60));
      }
      assertThat(engine.gauge().timesPutBack()).isZero();
    }
  }

  private record Asked(int[] prompt, int count, Collector heard) {
    void check(int number) throws Exception {
      heard.await();
      assertThat(heard.tokens())
          .as("request %s, seed %s", number, SEED)
          .isEqualTo(FakeDecoder.greedy(prompt, count));
    }
  }

  /// Beginnings that are shared, forks, answers that give their place up, guesses, and an overflow.
  @ParameterizedTest
  @MethodSource("visibilities")
  void everyAnswerOfACrowdIsThatOfEachAlone(Visibility visibility) throws Exception {
    Random random = new Random(SEED);
    FakeDecoder decoder = decoder(visibility, 110, 2 * ONE + 5);
    Engine.Settings settings =
        new Engine.Settings(CONTEXT, 4, QueueLimits.DEFAULT, Duration.ofDays(1), 1 << 12);
    List<Asked> all = new ArrayList<>();
    try (Engine engine = new Engine(decoder, settings, null, decoder.clock())) {
      for (int i = 0; i < 60; i++) {
        all.add(ask(engine, i, random));
        if (i % 7 == 0) {
          all.get(random.nextInt(i + 1)).heard.await();
        }
      }
      for (int i = 0; i < all.size(); i++) {
        all.get(i).check(i);
      }
      answer(engine, Requests.prompt(7, 900), 99);
      awaitNothingHeld(engine);
    }
  }

  private static Asked ask(Engine engine, int number, Random random) {
    int[] prompt = Requests.prompt(number % 3, 600);
    int own = 50 + random.nextInt(500);
    System.arraycopy(Requests.prompt(100 + number, 50), 0, prompt, own, 50);
    int[] begun = Arrays.copyOf(prompt, own + 1 + random.nextInt(50));
    Guesses guesses = random.nextBoolean() ? Guesses.NONE : Guesses.LOOKUP;
    Terms terms = new Terms(random.nextInt(3), "", Optional.empty(), guesses);
    Asked asked = new Asked(begun, 1 + random.nextInt(150), new Collector());
    engine.generate(List.of(Requests.greedy(begun, asked.count)), List.of(asked.heard), terms);
    return asked;
  }

  @Test
  void aMovedBeginningIsTakenUpWithItsLastChunkAlone() throws Exception {
    int[] prompt = Requests.prompt(1, 700);
    try (Engine first = new Engine(decoder(CHUNK, 128, ONE), CONTEXT, 1);
        Engine second = new Engine(decoder(CHUNK, 128, ONE), CONTEXT, 1)) {
      answer(first, prompt, 5);
      List<Long> bytes = move(first.exchange().beginning(prompt), second);
      assertThat(bytes).hasSize(43).contains(8L * WIDTH, 16L * WIDTH);
      assertThat(bytes.stream().filter(size -> size == 16L * WIDTH).count())
          .isLessThanOrEqualTo(ONE);
      assertThat(answer(second, prompt, 9)).isEqualTo(688);
      assertThat(answer(first, prompt, 9)).isEqualTo(688);
      // what has its near layers takes the place of what lacks them
      answer(second, Requests.prompt(2, 500), 5);
      assertThat(move(first.exchange().beginning(prompt), second)).hasSize(43);
      assertThat(answer(second, prompt, 9)).isEqualTo(688);
      answer(second, Requests.prompt(3, 990), 10);
      awaitNothingHeld(second);
      awaitNothingHeld(first);
    }
  }

  private static List<Long> move(Outgoing blocks, Engine target) throws InterruptedException {
    List<Long> bytes = new ArrayList<>();
    try (blocks;
        Incoming incoming = target.exchange().incoming()) {
      for (Known known : blocks.blocks()) {
        MemorySegment copy = Arena.ofAuto().allocate(known.bytes());
        blocks.read(known, copy);
        assertThat(incoming.add(known.parent(), known.tokens(), copy)).isTrue();
        bytes.add(known.bytes());
      }
    }
    return bytes;
  }

  @Test
  void whatWentOnWithoutNearLayersComesBackWithoutThem() throws Exception {
    int[] prompt = Requests.prompt(1, 700);
    FakeDecoder decoder = decoder(CHUNK, 64, ONE);
    Engine.Settings settings =
        new Engine.Settings(CONTEXT, 1, QueueLimits.DEFAULT, Duration.ofDays(1), 1 << 20);
    try (Engine engine = new Engine(decoder, settings, null, decoder.clock())) {
      answer(engine, prompt, 5);
      answer(engine, Requests.prompt(2, 980), 10);
      assertThat(engine.gauge().blocksOverflowed()).isPositive();
      assertThat(answer(engine, prompt, 20)).isBetween(640, 688); // from five chunks on
    }
  }

  @Test
  void refusesACacheThatOneSequenceCannotGoOnWith() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Engine(decoder(CHUNK, 64, ONE - 1), CONTEXT, 1))
        .withMessage("a context of 1000 needs 14 blocks with near layers, found 13");
  }
}
