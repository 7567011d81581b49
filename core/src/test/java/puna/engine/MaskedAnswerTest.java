package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.grammar.mask.TokenMask;
import puna.sample.LogProbabilityOptions;
import puna.sample.SamplingOptions;
import puna.sample.SamplingOptions.EndTokens;
import puna.token.TextDecoder;

/// Answers bound to a mask.
@Timeout(60)
class MaskedAnswerTest {
  private static final int END = 61;

  @Test
  void onlyTokensThatTheMaskAdmitsCome() throws Exception {
    Even mask = new Even(100);
    Collector answer = new Collector();
    try (Engine engine = new Engine(new FakeDecoder(96, 12, 8, 16), 96, 4)) {
      engine.generate(masked(mask, SamplingOptions.metaDefaults().withSeed(1), 20), answer);
      assertThat(answer.await().ending()).isEqualTo(Ending.MAX_TOKENS);
    }
    assertThat(answer.tokens()).hasSize(20);
    for (int token : answer.tokens()) {
      assertThat(token % 2).isZero();
    }
    assertThat(mask.accepted.stream().mapToInt(Integer::intValue).toArray())
        .isEqualTo(answer.tokens());
  }

  @Test
  void aMaskThatAdmitsNothingMoreEndsTheAnswer() throws Exception {
    try (Engine engine = new Engine(new FakeDecoder(96, 12, 8, 16), 96, 4)) {
      Collector answer = new Collector();
      engine.generate(masked(new Even(7), SamplingOptions.greedy(), 20), answer);
      assertThat(answer.await().ending()).isEqualTo(Ending.GRAMMAR_COMPLETE);
      assertThat(answer.tokens()).hasSize(7);
      assertThat(answer.text()).isEqualTo(Requests.text(answer.tokens()));

      Collector empty = new Collector();
      engine.generate(masked(new Even(0), SamplingOptions.greedy(), 20), empty);
      assertThat(empty.await().ending()).isEqualTo(Ending.GRAMMAR_COMPLETE);
      assertThat(empty.tokens()).isEmpty();
    }
  }

  @Test
  void anEndTokenComesWhereTheMaskAdmitsIt() throws Exception {
    TokenMask onlyEnd =
        new Even(9) {
          @Override
          public boolean apply(float[] logits) {
            for (int id = 0; id < logits.length; id++) {
              logits[id] = id == END ? logits[id] : Float.NEGATIVE_INFINITY;
            }
            return true;
          }
        };
    try (Engine engine = new Engine(new FakeDecoder(96, 12, 8, 16), 96, 4)) {
      Collector answer = new Collector();
      engine.generate(masked(onlyEnd, SamplingOptions.greedy(), 20), answer);
      assertThat(answer.await().ending()).isEqualTo(Ending.END_TOKEN);
      assertThat(answer.tokens()).containsExactly(END);
    }
  }

  @Test
  void aCompleteFormEndsWhereTheEndTokenIsBanned() throws Exception {
    SamplingOptions banned = SamplingOptions.greedy().withEndTokens(EndTokens.BANNED);
    try (Engine engine = new Engine(new FakeDecoder(96, 12, 8, 16), 96, 4)) {
      Collector answer = new Collector();
      engine.generate(masked(new Only(END), banned, 20), answer);
      assertThat(answer.await().ending()).isEqualTo(Ending.GRAMMAR_COMPLETE);
      assertThat(answer.tokens()).isEmpty();
      Collector goesOn = new Collector();
      engine.generate(masked(new Only(END, 4), banned, 3), goesOn);
      assertThat(goesOn.await().ending()).isEqualTo(Ending.MAX_TOKENS);
      assertThat(goesOn.tokens()).containsExactly(4, 4, 4);
    }
  }

  @Test
  void noStopStringReachesAcrossABorder() throws Exception {
    List<Integer> script = List.of(4, 5, 6);
    Even forced =
        new Even(3) {
          @Override
          public boolean apply(float[] logits) {
            Arrays.fill(logits, Float.NEGATIVE_INFINITY);
            int next = heard();
            if (next < script.size()) {
              logits[script.get(next)] = 1;
            }
            return next < script.size();
          }
        };
    Request plain = masked(forced, SamplingOptions.greedy(), 20);
    Request request =
        new Request(
            plain.prompt(),
            20,
            plain.drawing(),
            new Request.Stops(List.of("46"), id -> id == END, id -> id == 5, 0),
            new WithoutText(plain.decoder(), 5),
            LogProbabilityOptions.NONE);
    List<String> pieces = new ArrayList<>();
    Collector answer =
        new Collector() {
          @Override
          public synchronized void token(AnswerToken token) {
            pieces.add(token.text());
            super.token(token);
          }
        };
    try (Engine engine = new Engine(new FakeDecoder(96, 12, 8, 16), 96, 4)) {
      engine.generate(request, answer);
      assertThat(answer.await().ending()).isEqualTo(Ending.GRAMMAR_COMPLETE);
    }
    assertThat(pieces).containsExactly("", "4", "6");
  }

  /// Letters, but for one token that has none.
  private record WithoutText(TextDecoder letters, int silent) implements TextDecoder {
    @Override
    public String append(int id) {
      return id == silent ? "" : letters.append(id);
    }

    @Override
    public boolean isHolding() {
      return false;
    }

    @Override
    public String finish() {
      return "";
    }
  }

  @Test
  void bannedTokensThatTheFormNeedsAreNamed() throws Exception {
    SamplingOptions banned = SamplingOptions.greedy().withBannedTokens(List.of(4, 6));
    try (Engine engine = new Engine(new FakeDecoder(96, 12, 8, 16), 96, 4)) {
      Collector answer = new Collector();
      engine.generate(masked(new Only(4, 6), banned, 20), answer);
      assertThatThrownBy(answer::await)
          .hasMessageContaining("the form needs one of these tokens next, and all are banned: 4 ")
          .hasMessageContaining("6 (");
    }
  }

  @Test
  void fiveOfManyBannedTokensAreNamed() throws Exception {
    List<Integer> needed = List.of(1, 2, 3, 4, 5, 6, 7);
    SamplingOptions banned = SamplingOptions.greedy().withBannedTokens(needed);
    try (Engine engine = new Engine(new FakeDecoder(96, 12, 8, 16), 96, 4)) {
      Collector answer = new Collector();
      engine.generate(masked(new Only(1, 2, 3, 4, 5, 6, 7), banned, 20), answer);
      assertThatThrownBy(answer::await)
          .hasMessageEndingWith("banned: 1 (\"\"), 2 (\"\"), 3 (\"\"), 4 (\"\"), 5 (\"\")");
    }
  }

  @Test
  void penaltiesSeeThePromptToo() throws Exception {
    int[] prompt = Requests.prompt(1, 9);
    SamplingOptions present =
        SamplingOptions.greedy().withPresencePenalty(1000).withPenaltyWindow(-1);
    try (Engine engine = new Engine(new FakeDecoder(96, 12, 8, 16), 96, 4)) {
      Collector answer = new Collector();
      Request request = Requests.greedy(prompt, 40);
      engine.generate(new Request(prompt, 40, present, request.stops(), request.decoder()), answer);
      answer.await();
      assertThat(answer.tokens()).doesNotHaveDuplicates().doesNotContain(prompt);
    }
  }

  @Test
  void aMaskThatThrowsFailsItsAnswerAlone() throws Exception {
    TokenMask broken =
        new Even(9) {
          @Override
          public void accept(int token) {
            throw new IllegalStateException("the automaton is lost");
          }
        };
    try (Engine engine = new Engine(new FakeDecoder(96, 12, 8, 16), 96, 4)) {
      int[] prompt = Requests.prompt(5, 9);
      Collector other = new Collector();
      Collector answer = new Collector();
      engine.generate(Requests.greedy(prompt, 30), other);
      engine.generate(masked(broken, SamplingOptions.greedy(), 20), answer);
      assertThatThrownBy(answer::await)
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("the automaton is lost");
      assertThat(other.await().ending()).isEqualTo(Ending.MAX_TOKENS);
      assertThat(other.tokens()).isEqualTo(FakeDecoder.greedy(prompt, 30));
    }
  }

  @Test
  void anAnswerOfFewTokensIsAsIfTheOthersHadBeenLookedAt() throws Exception {
    SamplingOptions drawn = SamplingOptions.defaults().withTemperature(3).withSeed(7);
    for (int[] ids : List.of(new int[] {2, 5, 11}, new int[] {4}, new int[] {2, 5, 900})) {
      try (Engine engine = new Engine(new FakeDecoder(96, 12, 8, 16), 96, 4)) {
        Collector few = new Collector();
        Collector all = new Collector();
        engine.generate(masked(new Listed(true, ids), drawn, 20), few);
        engine.generate(masked(new Listed(false, ids), drawn, 20), all);
        assertThat(few.await().ending()).isEqualTo(Ending.MAX_TOKENS);
        assertThat(all.await().ending()).isEqualTo(Ending.MAX_TOKENS);
        assertThat(few.tokens()).isEqualTo(all.tokens());
      }
    }
  }

  @Test
  void whereNoneOfFewTokensMayComeTheAnswerIsComplete() throws Exception {
    SamplingOptions banned = SamplingOptions.greedy().withEndTokens(EndTokens.BANNED);
    for (TokenMask mask : List.of(new Listed(true), new Listed(true, 900), new Listed(true, END))) {
      try (Engine engine = new Engine(new FakeDecoder(96, 12, 8, 16), 96, 4)) {
        Collector answer = new Collector();
        engine.generate(masked(mask, banned, 20), answer);
        assertThat(answer.await().ending()).isEqualTo(Ending.GRAMMAR_COMPLETE);
        assertThat(answer.tokens()).isEmpty();
      }
    }
  }

  private static Request masked(TokenMask mask, SamplingOptions sampling, int maxTokens) {
    Request plain = Requests.greedy(Requests.prompt(3, 12), maxTokens);
    return new Request(
        plain.prompt(),
        maxTokens,
        new Request.Drawing(sampling, id -> id == END, id -> new byte[0], Optional.of(mask)),
        new Request.Stops(List.of(), id -> id == END),
        plain.decoder(),
        LogProbabilityOptions.NONE);
  }

  /// These ids only.
  private record Only(Set<Integer> ids) implements TokenMask {
    Only(Integer... ids) {
      this(Set.of(ids));
    }

    @Override
    public boolean apply(float[] logits) {
      for (int id = 0; id < logits.length; id++) {
        logits[id] = ids.contains(id) ? 1 : Float.NEGATIVE_INFINITY;
      }
      return true;
    }

    @Override
    public void accept(int token) {}
  }

  /// These ids only, ascending, with the logits that the model gives them.
  ///
  /// @param told as few tokens, so that nobody may ask for more
  private record Listed(boolean told, int... ids) implements TokenMask {
    @Override
    public boolean apply(float[] logits) {
      assertThat(told).isFalse();
      for (int id = 0; id < logits.length; id++) {
        boolean listed = Arrays.binarySearch(ids, id) >= 0;
        logits[id] = listed ? logits[id] : Float.NEGATIVE_INFINITY;
      }
      return ids.length > 0;
    }

    @Override
    public int @Nullable [] few(int most) {
      return told && ids.length <= most ? ids : null;
    }

    @Override
    public void accept(int token) {}
  }

  /// Even ids only, so many times.
  private static class Even implements TokenMask {
    private final List<Integer> accepted = new ArrayList<>();
    private final int most;

    Even(int most) {
      this.most = most;
    }

    @Override
    public boolean apply(float[] logits) {
      for (int id = 1; id < logits.length; id += 2) {
        logits[id] = Float.NEGATIVE_INFINITY;
      }
      return accepted.size() < most;
    }

    @Override
    public void accept(int token) {
      accepted.add(token);
    }

    int heard() {
      return accepted.size();
    }
  }
}
