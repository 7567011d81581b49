package puna.grammar.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import puna.error.GrammarException;
import puna.grammar.GbnfParser;
import puna.grammar.automaton.CompiledGrammar;
import puna.grammar.mask.LazyMask.After;
import puna.grammar.mask.LazyMask.Triggers;

class LazyMaskTest {
  private static final int END = 0;
  private static final int TOOL = 1;
  private static final List<String> TEXTS =
      List.of("", "", "a", "<", "<to", "ol>", "ol>1", "ol>x", "1", "2", "x<", "tool>");
  private static final TokenTrie TRIE = trie();

  private static TokenTrie trie() {
    byte[][] bytes = new byte[TEXTS.size()][];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = TEXTS.get(i).getBytes(StandardCharsets.UTF_8);
    }
    return TokenTrie.of(
        bytes, BitSet.valueOf(new long[] {1}), name -> name.equals("<|tool|>") ? TOOL : -1);
  }

  private static LazyMask mask(String grammar, After after) {
    StateMasks masks = new StateMasks(CompiledGrammar.compile(GbnfParser.parse(grammar)), TRIE);
    return new LazyMask(masks, new Triggers(Set.of(TOOL), List.of("<tool>")), after);
  }

  private static boolean[] allowed(LazyMask mask) {
    float[] logits = new float[TEXTS.size()];
    assertThat(FewTokens.agree(mask, logits.length)).isEqualTo(mask.isActive());
    mask.apply(logits);
    boolean[] allowed = new boolean[logits.length];
    for (int i = 0; i < logits.length; i++) {
      allowed[i] = logits[i] == 0;
    }
    return allowed;
  }

  private static void accept(LazyMask mask, String... texts) {
    for (String text : texts) {
      mask.accept(TEXTS.indexOf(text));
    }
  }

  @Test
  void everythingMayComeBeforeTheTrigger() {
    LazyMask mask = mask("root ::= \"<tool>\" [1]", After.END);
    accept(mask, "a", "<", "a", "<to");
    assertThat(mask.isActive()).isFalse();
    assertThat(allowed(mask)).doesNotContain(false);
  }

  @Test
  void aTriggerAcrossTokensStartsTheGrammar() {
    for (List<String> way :
        List.of(List.of("<to", "ol>"), List.of("x<", "tool>"), List.of("<", "tool>"))) {
      LazyMask mask = mask("root ::= \"<tool>\" [1]", After.END);
      accept(mask, way.toArray(String[]::new));
      assertThat(mask.isActive()).isTrue();
      assertThat(allowed(mask)[TEXTS.indexOf("1")]).isTrue();
      assertThat(allowed(mask)[TEXTS.indexOf("2")]).isFalse();
      assertThat(allowed(mask)[END]).isFalse();
      accept(mask, "1");
      assertThat(allowed(mask)[END]).isTrue();
      assertThat(allowed(mask)[TEXTS.indexOf("1")]).isFalse();
    }
  }

  @Test
  void whatFollowsTheTriggerInItsTokenCounts() {
    LazyMask mask = mask("root ::= \"<tool>\" [1] [2]", After.END);
    accept(mask, "<to", "ol>1");
    assertThat(allowed(mask)[TEXTS.indexOf("2")]).isTrue();
    assertThat(allowed(mask)[TEXTS.indexOf("1")]).isFalse();
  }

  @Test
  void aTriggerThatGoesOnAgainstTheGrammarWasNone() {
    LazyMask mask = mask("root ::= \"<tool>\" [1]", After.END);
    accept(mask, "<to", "ol>x");
    assertThat(mask.isActive()).isFalse();
    accept(mask, "<to", "ol>");
    assertThat(mask.isActive()).isTrue();
  }

  @Test
  void aTriggerTokenStartsTheGrammarWithItself() {
    LazyMask mask = mask("root ::= <|tool|> [12]", After.END);
    mask.accept(TOOL);
    assertThat(allowed(mask)[TEXTS.indexOf("2")]).isTrue();
    assertThat(allowed(mask)[TEXTS.indexOf("a")]).isFalse();
  }

  @Test
  void theAnswerIsFreeAgainBehindTheGrammar() {
    LazyMask mask = mask("root ::= \"<tool>\" [1]", After.FREE);
    accept(mask, "<to", "ol>", "1");
    assertThat(mask.isActive()).isFalse();
    assertThat(allowed(mask)).doesNotContain(false);
    accept(mask, "a", "<", "tool>");
    assertThat(mask.isActive()).isTrue();
  }

  @Test
  void refusesEmptyTriggers() {
    assertThatThrownBy(() -> new Triggers(Set.of(), List.of()))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("at least one trigger");
    assertThatThrownBy(() -> new Triggers(Set.of(1), List.of("")))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("may not be empty");
  }
}
