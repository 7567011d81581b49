package puna.sample.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;

/// llama.cpp's infill sampler, worked out by hand from its source.
class InfillStepTest {
  /// A token and its probability; a text of `END` ends the answer.
  private record Token(String text, double probability) {}

  private static final String END = "END";

  @Test
  void keepsTheEndWhereItIsLikelyForTheNumberOfCandidates() {
    // 3 × 0.1 × 4 = 1.2 > 0.9
    assertThat(kept(t("a", 0.5), t("b", 0.3), t(END, 0.1), t("c", 0.1))).containsExactly(2);
    // 3 × 0.08 × 3 = 0.72 ≤ 0.92: goes on
    assertThat(kept(t("a", 0.5), t("b", 0.42), t(END, 0.08))).containsExactly(0, 1, 2);
  }

  @Test
  void dropsWhatIsBelowAFifth() {
    // 0.5 and 0.3 are left, of which the least is 1/3: 0.5/0.8 = 0.625, 0.3/0.8 = 0.375
    assertThat(kept(t("a", 0.5), t("b", 0.3), t("c", 0.1), t("d", 0.1))).containsExactly(0, 1);
    // 0.6/0.8 = 0.75, 0.2/0.8 = 0.25 < 1/3
    assertThat(kept(t("a", 0.6), t("b", 0.2001), t("c", 0.1), t("d", 0.0999))).containsExactly(0);
  }

  @Test
  void tokensThatBeginOneAnotherCountAsOne() {
    // "ab" 0.19 takes "a" 0.18 and then "abc" 0.1, becoming 0.47; "x" has 0.3; the rest is lost
    assertThat(
            kept(
                t("x", 0.3), t("ab", 0.19), t("a", 0.18), t("y", 0.13), t("abc", 0.1), t("z", 0.1)))
        .containsExactly(0, 1);
    // alone each is below a fifth, so that the answer would end
    assertThat(
            kept(
                t("pre", 0.19),
                t("prefix", 0.18),
                t("q", 0.17),
                t("r", 0.16),
                t("s", 0.15),
                t("t", 0.15)))
        .containsExactly(0);
  }

  @Test
  void endsWhereNothingIsLikely() {
    // 3 × 0.01 × 7 = 0.21 ≤ 0.99, and no text has a fifth
    assertThat(
            kept(
                t("a", 0.18),
                t("b", 0.17),
                t("c", 0.16),
                t("d", 0.16),
                t("e", 0.16),
                t("f", 0.16),
                t(END, 0.01)))
        .containsExactly(6);
  }

  @Test
  void goesOnWithTheLikeliestWhereNothingMayEndTheAnswer() {
    assertThat(
            kept(
                t("a", 0.15), t("b", 0.17), t("c", 0.17), t("d", 0.17), t("e", 0.17), t("f", 0.17)))
        .containsExactly(1);
  }

  @Test
  void anEndIsNotCountedAmongTheTextsThatGoOn() {
    // 3 × 0.08 × 3 = 0.72 ≤ 0.92; of two texts the least is 1/3, of three it would be 1/4
    assertThat(kept(t("a", 0.62), t("b", 0.3), t(END, 0.08))).containsExactly(0, 2);
  }

  @Test
  void ofTextsThatAreAlikeTheFirstTakesTheOther() {
    assertThat(kept(t("a", 0.25), t("ab", 0.25), t("x", 0.5))).containsExactly(0, 2);
  }

  @Test
  void aTokenWithoutTextBeginsNoOther() {
    assertThat(kept(t("", 0.3), t("a", 0.5), t("b", 0.2001))).containsExactly(0, 1);
  }

  @Test
  void endsWithTheLikeliestThatMayEnd() {
    assertThat(kept(endless(t(END, 0.002), t(END, 0.008)))).containsExactly(1);
    assertThat(kept(endless(t(END, 0.008), t(END, 0.002)))).containsExactly(0);
    assertThat(kept(endless(t(END, 0), t(END, 0)))).containsExactly(2);
  }

  /// Six texts behind two tokens, none with a fifth.
  private static Token[] endless(Token first, Token second) {
    return new Token[] {
      first,
      second,
      t("a", 0.17),
      t("b", 0.165),
      t("c", 0.16),
      t("d", 0.16),
      t("e", 0.16),
      t("f", 0.16)
    };
  }

  @Test
  void anEndThatTextHasTakenInIsGone() {
    // 3 × 0.1 × 2 = 0.6 ≤ 0.9; "ENDLESS" 0.9 takes END 0.1, which begins it
    assertThat(kept(t("ENDLESS", 0.9), t(END, 0.1))).containsExactly(0);
  }

  @Test
  void joinsTheListOfSteps() {
    SamplingOptions options = SamplingOptions.metaDefaults().with(new SamplerStep.Infill());
    assertThat(options.steps())
        .containsExactly(
            new SamplerStep.TopP(0.9f),
            new SamplerStep.Infill(),
            new SamplerStep.Temperature(0.6f, 0, 1));
    assertThat(SamplingOptions.fromJson(options.toJson())).isEqualTo(options);
  }

  private static Token t(String text, double probability) {
    return new Token(text, probability);
  }

  /// The tokens that are drawn from.
  private static Set<Integer> kept(Token... tokens) {
    SamplerVocabulary vocabulary =
        new SamplerVocabulary(
            tokens.length,
            id -> tokens[id].text.equals(END),
            id -> tokens[id].text.getBytes(StandardCharsets.UTF_8));
    Sampler sampler =
        new Sampler(
            SamplingOptions.defaults().withSteps(List.of(new SamplerStep.Infill())).withSeed(1),
            vocabulary);
    Candidates candidates = new Candidates(tokens.length);
    for (int id = 0; id < tokens.length; id++) {
      candidates.logits()[id] = (float) Math.log(tokens[id].probability);
    }
    sampler.next(candidates);
    Set<Integer> kept = new TreeSet<>();
    for (int i = 0; i < candidates.count(); i++) {
      kept.add(candidates.id(i));
    }
    return kept;
  }
}
