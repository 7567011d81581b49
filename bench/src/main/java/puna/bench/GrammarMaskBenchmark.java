package puna.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import puna.grammar.GbnfParser;
import puna.grammar.Grammar;
import puna.grammar.automaton.CompiledGrammar;
import puna.grammar.mask.GrammarMask;
import puna.grammar.mask.StateMasks;
import puna.grammar.mask.TokenTrie;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// What a schema-like grammar costs: compiling it, and masking one token of an answer, with masks
/// at hand and without.
///
/// Usage: `GrammarMaskBenchmark TOKENIZER [ROUNDS]`. Every round checks that the answer is admitted
/// and complete.
public final class GrammarMaskBenchmark {
  private static final int WARM_UP_ROUNDS = 10;

  private static final String GRAMMAR =
      """
      root ::= ("{" ws "\\"name\\":" ws string "," ws "\\"age\\":" ws integer "," ws
               "\\"tags\\":" ws "[" (ws short ("," ws short){0,9})? ws "]" "," ws
               "\\"address\\":" ws address ("," ws "\\"notes\\":" ws "[" (value ("," value)*)? "]")? ws "}")
      address ::= ("{" ws "\\"street\\":" ws string "," ws "\\"city\\":" ws string "," ws
                  "\\"kind\\":" ws ("\\"home\\"" | "\\"work\\"" | "\\"other\\"") ws "}")
      value ::= ws (object | array | string | number | "true" | "false" | "null") ws
      object ::= "{" ws (string ":" value ("," ws string ":" value)*)? "}"
      array ::= "[" (value ("," value)*)? "]"
      string ::= "\\"" char* "\\""
      short ::= "\\"" char{1,50} "\\""
      char ::= [^"\\\\\\x00-\\x1F] | "\\\\" (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4})
      number ::= "-"? ("0" | [1-9] [0-9]{0,15}) ("." [0-9]+)? ([eE] [-+]? [0-9]{1,3})?
      integer ::= "-"? ("0" | [1-9] [0-9]{0,15})
      ws ::= [ \\n\\t]{0,8}
      """;

  private static final String ANSWER =
      """
      {"name": "Wilhelmina Octavia Featherstone", "age": 42,
       "tags": ["early riser", "reads a lot", "climbs mountains in summer", "vegetarian"],
       "address": {"street": "12 Long Meadow Lane, second floor", "city": "Upper Wallop", "kind": "home"},
       "notes": [{"date": "2024-05-17", "text": "Asked about the garden; said that it needs water.",
         "nested": {"a": [1, 2.5, -3e2, [true, false, null]], "b": {"c": {"d": "deep enough"}}}}, 7, "done"]}\
      """;

  private GrammarMaskBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 1) {
      throw new IllegalArgumentException("usage: GrammarMaskBenchmark TOKENIZER [ROUNDS]");
    }
    Tokenizer tokenizer = TokenizerFiles.open(Path.of(arguments[0]));
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 30;
    long start = System.nanoTime();
    TokenTrie trie = TokenTrie.of(tokenizer);
    double trieMillis = (System.nanoTime() - start) / 1e6;
    int[] answer = tokenizer.encode(ANSWER);
    System.out.printf(
        Locale.ROOT,
        "%d tokens in the vocabulary, trie made in %.0f ms; an answer of %d tokens%n",
        tokenizer.vocabularySize(),
        trieMillis,
        answer.length);
    double[] compiling = new double[rounds];
    Times cold = new Times(rounds, answer.length);
    Times warm = new Times(rounds, answer.length);
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      start = System.nanoTime();
      Grammar grammar = GbnfParser.parse(GRAMMAR);
      StateMasks masks = new StateMasks(CompiledGrammar.compile(grammar), trie);
      long end = System.nanoTime();
      if (round == -WARM_UP_ROUNDS) {
        System.out.printf(Locale.ROOT, "first compile %.1f ms%n", (end - start) / 1e6);
      }
      if (round >= 0) {
        compiling[round] = (end - start) / 1e6;
      }
      read(masks, answer, tokenizer, cold, round);
      read(masks, answer, tokenizer, warm, round);
    }
    Arrays.sort(compiling);
    System.out.printf(Locale.ROOT, "compile: median %.2f ms%n", compiling[rounds / 2]);
    cold.report("cold (first answer with a grammar)");
    warm.report("warm (second answer)");
  }

  private static void read(
      StateMasks masks, int[] answer, Tokenizer tokenizer, Times times, int round) {
    GrammarMask mask = masks.mask();
    float[] logits = new float[tokenizer.vocabularySize()];
    for (int i = 0; i < answer.length; i++) {
      Arrays.fill(logits, 1);
      long start = System.nanoTime();
      mask.apply(logits);
      mask.accept(answer[i]);
      long end = System.nanoTime();
      if (logits[answer[i]] != 1) {
        String piece = new String(tokenizer.bytes(answer[i]), StandardCharsets.UTF_8);
        throw new IllegalStateException("token %s '%s' was forbidden".formatted(i, piece));
      }
      if (round >= 0) {
        times.micros[round][i] = (end - start) / 1e3;
      }
    }
    if (!mask.isComplete()) {
      throw new IllegalStateException("the answer must be complete");
    }
  }

  /// Microseconds by round and token.
  private static final class Times {
    private final double[][] micros;

    Times(int rounds, int tokens) {
      micros = new double[rounds][tokens];
    }

    void report(String name) {
      double[] means =
          Arrays.stream(micros).mapToDouble(m -> Arrays.stream(m).average().orElse(0)).toArray();
      double[] worst =
          Arrays.stream(micros).mapToDouble(m -> Arrays.stream(m).max().orElse(0)).toArray();
      Arrays.sort(means);
      Arrays.sort(worst);
      System.out.printf(
          Locale.ROOT,
          "%s: mean of a token %.1f us (best round %.1f), slowest token %.0f us%n",
          name,
          means[means.length / 2],
          means[0],
          worst[worst.length / 2]);
    }
  }
}
