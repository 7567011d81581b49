package puna.grammar.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import puna.EmbeddedModel;
import puna.TestSeed;
import puna.gguf.GgufFile;
import puna.grammar.GbnfParser;
import puna.grammar.Grammar;
import puna.grammar.automaton.Automaton;
import puna.grammar.automaton.CompiledGrammar;
import puna.grammar.automaton.State;
import puna.grammar.schema.JsonSchemaCompiler;
import puna.json.Json;
import puna.tensor.ModelWarnings;
import puna.token.file.TokenizerFiles;

/// Masks of a real vocabulary, where sets of tokens are taken without a look, against a look at
/// each token.
class PlainTokensTest {
  private static final long SEED = TestSeed.of(26);
  private static final int STEPS = Integer.getInteger("puna.test.mask.steps", 14);

  private static final List<String> SCHEMAS =
      List.of(
          "{}",
          "{\"type\":\"object\"}",
          "{\"type\":\"string\"}",
          "{\"type\":\"string\",\"maxLength\":3}",
          "{\"type\":\"string\",\"minLength\":2,\"maxLength\":9}",
          "{\"type\":\"string\",\"minLength\":40,\"maxLength\":200}",
          "{\"type\":\"string\",\"maxLength\":1000}",
          "{\"type\":\"string\",\"pattern\":\"^[a-z0-9-]+$\"}",
          "{\"type\":\"string\",\"pattern\":\"^[a-zA-Z_][a-zA-Z0-9_]{0,12}$\"}",
          "{\"type\":\"string\",\"pattern\":\"[0-9a-f]{12}\"}",
          "{\"type\":\"string\",\"pattern\":\"^[^/]*/.+$\"}",
          "{\"type\":\"string\",\"pattern\":\"^[^ \\u00e9]{1,40}$\"}",
          "{\"type\":\"string\",\"pattern\":\"^\\\\S+$\",\"minLength\":4}",
          "{\"type\":\"string\",\"format\":\"uri\"}",
          "{\"type\":\"string\",\"format\":\"date-time\"}",
          "{\"type\":\"string\",\"format\":\"email\"}",
          "{\"type\":\"string\",\"format\":\"hostname\"}",
          "{\"type\":\"string\",\"pattern\":\"^[a-f0-9]{3,32}$\"}",
          "{\"type\":\"string\",\"pattern\":\"^[a-z\u0080-\uffff]{2,12}( [A-Z]{0,9})?$\"}",
          "{\"type\":\"string\",\"pattern\":\"^([a-zA-Z]{1,6}[-_.])*[a-zA-Z0-9]{1,7}$\"}",
          "{\"enum\":[\"alpha\",\"alphabet\",\"\\u00e9t\\u00e9\",17,null]}",
          "{\"type\":\"number\"}",
          "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"nation\":{}}}",
          "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"},\"list\":{\"type\":"
              + "\"array\",\"items\":{\"type\":\"string\",\"maxLength\":20}}},"
              + "\"required\":[\"list\"],\"additionalProperties\":false}",
          "{\"type\":\"object\",\"propertyNames\":{\"pattern\":\"^x-\"},\"minProperties\":1}",
          "{\"anyOf\":[{\"type\":\"string\",\"maxLength\":5},{\"type\":\"string\",\"pattern\":"
              + "\"^http\"},{\"type\":\"array\",\"items\":{\"type\":\"boolean\"}}]}");

  private static final List<String> GRAMMARS =
      List.of(
          "root ::= .*",
          "root ::= (\"say \" word \" \")* word\nword ::= [^ ]+",
          "root ::= [^\"\\\\\\x00-\\x1F]{0,30} (\"\\\"\" [^\"\\\\]* \"\\\"\")*",
          "root ::= line+\nline ::= [^\\n]{3,50} \"\\n\"",
          "root ::= (word \" \")* word\nword ::= [a-zA-Z0-9]{1,12} | [\\x80-\\U0010FFFF]{1,3}",
          "root ::= (\"a\" | .) (.{7} | \"b\"+)",
          "root ::= [\\x20-\\U0010FFFF]{5} | \"quite \" [a-z]* | [\\u0080-\\U0010FFFF]+ \"!\"");

  private static TokenTrie trie;

  @BeforeAll
  static void open() throws Exception {
    try (GgufFile file = GgufFile.open(EmbeddedModel.path())) {
      trie = TokenTrie.of(TokenizerFiles.from(file.metadata(), new ModelWarnings()));
    }
  }

  @Test
  void masksOfSchemasAreWhatEachTokenByItselfWouldDo() {
    int states = 0;
    for (String schema : SCHEMAS) {
      states += compare(JsonSchemaCompiler.compile(Json.parse(schema, "schema")), schema);
    }
    assertThat(states).isGreaterThan(SCHEMAS.size() * STEPS / 3);
  }

  @Test
  void masksOfFreeTextAreWhatEachTokenByItselfWouldDo() {
    int states = 0;
    for (String grammar : GRAMMARS) {
      states += compare(GbnfParser.parse(grammar), grammar);
    }
    assertThat(states).isGreaterThan(GRAMMARS.size() * STEPS / 3);
  }

  @Test
  void keptMasksStayWithinTheirRoom() {
    StateMasks masks =
        new StateMasks(
            CompiledGrammar.compile(GbnfParser.parse("root ::= ([a-z]{40} \"-\"?){100}")), trie);
    GrammarMask mask = masks.mask();
    int letter = token("q");
    for (int i = 0; i < 1200; i++) {
      mask.apply(new float[trie.vocabularySize()]);
      mask.accept(letter);
    }
    assertThat(mask.canGoOn()).isTrue();
    assertThat(masks.bytes()).isPositive().isLessThanOrEqualTo(2 * RecentSets.MOST_BYTES);
  }

  private static int token(String text) {
    for (int id = 0; id < trie.vocabularySize(); id++) {
      if (new String(trie.bytes(id), StandardCharsets.UTF_8).equals(text)) {
        return id;
      }
    }
    throw new AssertionError("no token " + text);
  }

  private static int compare(Grammar grammar, String name) {
    Random random = new Random(SEED);
    CompiledGrammar compiled = CompiledGrammar.compile(grammar);
    StateMasks masks = new StateMasks(compiled, trie);
    // asked of an automaton of its own, which knows no shortcuts
    Automaton oracle = CompiledGrammar.compile(grammar).automaton();
    GrammarMask mask = masks.mask();
    State state = oracle.start();
    for (int step = 0; step < STEPS; step++) {
      float[] logits = new float[trie.vocabularySize()];
      mask.apply(logits);
      List<Integer> allowed = new ArrayList<>();
      for (int id = 0; id < logits.length; id++) {
        byte[] bytes = trie.bytes(id);
        boolean expected =
            trie.isEnd(id)
                ? state.ending.accepts()
                : bytes.length > 0 && !oracle.step(state, bytes).isDead();
        if (expected != (logits[id] == 0)) {
          throw new AssertionError(
              "seed %s, %s, step %d: token %d '%s' must be allowed: %s"
                  .formatted(
                      SEED, name, step, id, new String(bytes, StandardCharsets.UTF_8), expected));
        }
        if (expected && !trie.isEnd(id)) {
          allowed.add(id);
        }
      }
      if (allowed.isEmpty()) {
        return step + 1;
      }
      int next = draw(allowed, random);
      mask.accept(next);
      state = oracle.step(state, trie.bytes(next));
    }
    return STEPS;
  }

  /// Every other token is one that begins a text, ends one or stands between two.
  private static int draw(List<Integer> allowed, Random random) {
    List<Integer> signs =
        allowed.stream().filter(id -> "\"\\,:{}[]".indexOf(trie.bytes(id)[0]) >= 0).toList();
    List<Integer> from = signs.isEmpty() || random.nextBoolean() ? allowed : signs;
    return from.get(random.nextInt(from.size()));
  }
}
