package puna.grammar.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import puna.EmbeddedModel;
import puna.SharedData;
import puna.TestSeed;
import puna.error.GrammarException;
import puna.gguf.GgufFile;
import puna.grammar.GbnfParser;
import puna.grammar.GbnfWriter;
import puna.grammar.Grammar;
import puna.grammar.RandomGrammar;
import puna.grammar.RuleOracle;
import puna.grammar.automaton.CompiledGrammar;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

class GrammarMaskTest {
  private static final long SEED = TestSeed.of(11);
  private static final int GRAMMARS = Integer.getInteger("puna.test.grammars", 4000);
  private static final int END = 0;

  /// `<end>`, `<think>`, then tokens of the characters of [RandomGrammar] and pieces of them.
  private static TokenTrie vocabulary(Random random) {
    List<byte[]> tokens = new ArrayList<>(List.of(new byte[0], new byte[0]));
    for (int i = 0; i < 60; i++) {
      byte[] text = RandomGrammar.text(random, 5).getBytes(StandardCharsets.UTF_8);
      int from = random.nextInt(3) == 0 && text.length > 0 ? random.nextInt(text.length) : 0;
      int to = random.nextInt(3) == 0 ? from + random.nextInt(text.length - from + 1) : text.length;
      tokens.add(Arrays.copyOfRange(text, from, to));
    }
    for (String letter : List.of("a", "b", "é", "漢", "😀")) {
      for (byte b : letter.getBytes(StandardCharsets.UTF_8)) {
        tokens.add(new byte[] {b});
      }
    }
    BitSet ends = new BitSet();
    ends.set(END);
    return TokenTrie.of(
        tokens.toArray(byte[][]::new), ends, name -> name.equals("<think>") ? 1 : -1);
  }

  @Test
  void masksAreWhatEachTokenByItselfWouldDo() {
    Random random = new Random(SEED);
    int states = 0;
    for (int i = 0; i < 1500; i++) {
      Grammar grammar = RandomGrammar.draw(random);
      TokenTrie trie = vocabulary(random);
      StateMasks masks = new StateMasks(CompiledGrammar.compile(grammar), trie);
      for (int answer = 0; answer < 3; answer++) {
        states += compareAlongAnAnswer(masks, grammar, random);
      }
    }
    assertThat(states).isGreaterThan(6000);
  }

  private static int compareAlongAnAnswer(StateMasks masks, Grammar grammar, Random random) {
    GrammarMask mask = masks.mask();
    for (int step = 0; step < 8; step++) {
      float[] logits = randomLogits(random, masks.trie().vocabularySize());
      float[] before = logits.clone();
      assertThat(FewTokens.agree(mask, logits.length)).isTrue();
      boolean any = mask.apply(logits);
      List<Integer> allowed = allowed(logits);
      assertThat(any).isEqualTo(!allowed.isEmpty());
      List<Integer> expected = new ArrayList<>();
      for (int id = 0; id < logits.length; id++) {
        if (mayCome(masks, mask, id)) {
          expected.add(id);
          assertThat(logits[id]).isEqualTo(before[id]);
        }
      }
      assertThat(allowed)
          .as(() -> "seed %s:\n%s".formatted(SEED, GbnfWriter.write(grammar)))
          .isEqualTo(expected);
      if (allowed.isEmpty() || allowed.equals(List.of(END))) {
        return step + 1;
      }
      int next = allowed.get(random.nextInt(allowed.size()));
      mask.accept(next);
      if (next == END) {
        return step + 1;
      }
    }
    return 8;
  }

  private static boolean mayCome(StateMasks masks, GrammarMask mask, int id) {
    if (id == END) {
      return mask.isComplete();
    }
    byte[] bytes = masks.trie().bytes(id);
    return bytes.length > 0 && !masks.automaton().step(mask.state(), bytes).isDead();
  }

  private static float[] randomLogits(Random random, int size) {
    float[] logits = new float[size];
    for (int i = 0; i < size; i++) {
      logits[i] = random.nextFloat() * 8 - 4;
    }
    return logits;
  }

  private static List<Integer> allowed(float[] logits) {
    List<Integer> allowed = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      if (logits[i] != Float.NEGATIVE_INFINITY) {
        allowed.add(i);
      }
    }
    return allowed;
  }

  @Test
  void answersOnManyThreadsShareTheirMasks() throws Exception {
    Random random = new Random(SEED);
    for (int i = 0; i < 50; i++) {
      Grammar grammar = RandomGrammar.draw(random);
      TokenTrie trie = vocabulary(random);
      CompiledGrammar compiled = CompiledGrammar.compile(grammar);
      StateMasks shared = new StateMasks(compiled, trie);
      long seed = random.nextLong();
      try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
        List<Future<Integer>> answers = new ArrayList<>();
        for (int answer = 0; answer < 8; answer++) {
          Random own = new Random(seed + answer);
          answers.add(threads.submit(() -> compareAlongAnAnswer(shared, grammar, own)));
        }
        for (Future<Integer> answer : answers) {
          assertThat(answer.get()).isPositive();
        }
      }
    }
  }

  @Test
  void everyFinishedAnswerMatches() {
    Random random = new Random(SEED);
    int finished = 0;
    for (int i = 0; i < GRAMMARS; i++) {
      Grammar grammar = RandomGrammar.draw(random);
      TokenTrie trie = vocabulary(random);
      GrammarMask mask = new StateMasks(CompiledGrammar.compile(grammar), trie).mask();
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      for (int step = 0; step < 10; step++) {
        float[] logits = randomLogits(random, trie.vocabularySize());
        if (!mask.apply(logits)) {
          break;
        }
        int best = best(logits);
        if (best == END) {
          String answer = text.toString(StandardCharsets.UTF_8);
          assertThat(RuleOracle.matches(grammar, answer))
              .as(() -> "seed %s: '%s' in\n%s".formatted(SEED, answer, GbnfWriter.write(grammar)))
              .isTrue();
          finished++;
          break;
        }
        mask.accept(best);
        text.writeBytes(trie.bytes(best));
      }
    }
    System.out.printf("seed %s: %d grammars, %d answers ended%n", SEED, GRAMMARS, finished);
    assertThat(finished).isGreaterThan(GRAMMARS * 3 / 8);
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  @Test
  void masksOfARealVocabularyAreWhatEachTokenByItselfWouldDo() throws IOException {
    try (GgufFile file = GgufFile.open(EmbeddedModel.path())) {
      compareOnARealVocabulary(TokenizerFiles.from(file.metadata(), new ModelWarnings()), 49_152);
    }
  }

  @Test
  void masksOfALargeVocabularyAreWhatEachTokenByItselfWouldDo() throws IOException {
    Tokenizer tokenizer =
        TokenizerFiles.open(SharedData.require("tokenizers/llama3.tokenizer.model"));
    compareOnARealVocabulary(tokenizer, 128_256);
  }

  private static void compareOnARealVocabulary(Tokenizer tokenizer, int size) {
    TokenTrie trie = TokenTrie.of(tokenizer);
    assertThat(trie.vocabularySize()).isEqualTo(size);
    String grammar =
        """
        root ::= "{" ws ("\\"name\\"" ws ":" ws short | "\\"n\\":" number) ("," ws pair){0,40} "}"
        pair ::= string ":" ws (string | number | "[" (number ("," number)*)? "]" | root)
        string ::= "\\"" char* "\\""
        short ::= "\\"" char{2,300} "\\""
        char ::= [^"\\\\\\x00-\\x1F] | "\\\\" (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4})
        number ::= "-"? ("0" | [1-9] [0-9]{0,15}) ("." [0-9]+)?
        ws ::= [ \\n\\t]{0,3}
        """;
    StateMasks masks = new StateMasks(CompiledGrammar.compile(GbnfParser.parse(grammar)), trie);
    String text =
        "{\"name\": \"Zo\\u00e9 \u6f22\u5b57 \ud83d\ude00 of the house"
            + " and so on\", \"numbers\": [1,-2.5,30], \"deep\":{\"n\":1, \"x\":\"\"}}";
    GrammarMask mask = masks.mask();
    for (int id : tokenizer.encode(text)) {
      float[] logits = new float[size];
      assertThat(mask.apply(logits)).isTrue();
      for (int other = 0; other < size; other++) {
        boolean expected =
            trie.isEnd(other)
                ? mask.isComplete()
                : trie.bytes(other).length > 0
                    && !masks.automaton().step(mask.state(), trie.bytes(other)).isDead();
        if (expected != (logits[other] == 0)) {
          throw new AssertionError(
              "token %d %s must be allowed: %s".formatted(other, tokenizer.piece(other), expected));
        }
      }
      assertThat(logits[id]).isZero();
      mask.accept(id);
    }
    assertThat(mask.isComplete()).isTrue();
    assertThat(mask.canGoOn()).isFalse();
  }

  @Test
  void namedTokensComeWhereTheGrammarNamesThem() {
    TokenTrie trie =
        TokenTrie.of(
            new byte[][] {{}, {}, {'a'}, {}, {'b'}},
            BitSet.valueOf(new long[] {1}),
            name -> name.equals("<think>") ? 1 : name.equals("<end>") ? 0 : -1);
    GrammarMask mask = mask("root ::= <think> !<think>{2} <[4]> <end>", trie);
    assertThat(allowedNow(mask)).containsExactly(1);
    mask.accept(1);
    assertThat(allowedNow(mask)).containsExactly(2, 3, 4);
    mask.accept(3);
    mask.accept(2);
    assertThat(allowedNow(mask)).containsExactly(4);
    mask.accept(4);
    assertThat(allowedNow(mask)).containsExactly(0);
    mask.accept(0);
    assertThat(mask.isComplete()).isTrue();
  }

  @Test
  void aGrammarThatNamesAnUnknownTokenIsRefused() {
    TokenTrie trie = TokenTrie.of(new byte[][] {{'a'}}, new BitSet(), name -> -1);
    for (String token : List.of("<think>", "<[1]>", "!<[7]>")) {
      assertThatThrownBy(() -> mask("root ::= " + token, trie))
          .isInstanceOf(GrammarException.class)
          .hasMessageContaining("the vocabulary has no token");
    }
  }

  @Test
  void anAnswerThatCannotGoOnEnds() {
    TokenTrie trie =
        TokenTrie.of(new byte[][] {{}, {'a'}}, BitSet.valueOf(new long[] {1}), name -> -1);
    GrammarMask stuck = mask("root ::= \"ab\"", trie);
    assertThat(allowedNow(stuck)).containsExactly(1);
    stuck.accept(1);
    float[] logits = new float[2];
    assertThat(stuck.apply(logits)).isFalse();
    assertThat(logits).containsOnly(Float.NEGATIVE_INFINITY);
    GrammarMask wrong = mask("root ::= \"b\"", trie);
    wrong.accept(1);
    assertThat(wrong.apply(new float[2])).isFalse();
    GrammarMask early = mask("root ::= \"a\"", trie);
    early.accept(0);
    assertThat(early.apply(new float[2])).isFalse();
  }

  @Test
  void logitsBeyondTheVocabularyAreForbidden() {
    TokenTrie trie = TokenTrie.of(new byte[][] {{'a'}}, new BitSet(), name -> -1);
    float[] logits = new float[70];
    assertThat(mask("root ::= \"a\"", trie).apply(logits)).isTrue();
    assertThat(allowed(logits)).containsExactly(0);
  }

  private static GrammarMask mask(String grammar, TokenTrie trie) {
    return new StateMasks(CompiledGrammar.compile(GbnfParser.parse(grammar)), trie).mask();
  }

  private static List<Integer> allowedNow(GrammarMask mask) {
    float[] logits = new float[5];
    mask.apply(logits);
    return allowed(logits);
  }
}
