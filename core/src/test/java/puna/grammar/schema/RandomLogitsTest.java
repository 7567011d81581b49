package puna.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import puna.EmbeddedModel;
import puna.TestSeed;
import puna.error.GrammarException;
import puna.gguf.GgufFile;
import puna.grammar.Grammar;
import puna.grammar.automaton.CompiledGrammar;
import puna.grammar.mask.GrammarMask;
import puna.grammar.mask.StateMasks;
import puna.grammar.mask.TokenTrie;
import puna.json.Json;
import puna.json.JsonValue;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// What a model that knows nothing writes under random schemas, on a real vocabulary: every answer
/// that ends is valid for an independent validator.
class RandomLogitsTest {
  private static final int SCHEMAS = Integer.getInteger("puna.test.schemas", 400);
  private static final int MOST_TOKENS = 120;
  private static final float CLOSING = 6; // keeps strings and lists from going on for ever
  private static final ValidatorNode.Factory NODES = new ValidatorNode.Factory();
  private static final SchemaOptions OPTIONS =
      SchemaOptions.defaults().withFormats(SchemaOptions.Formats.ANNOTATIONS);

  private int refused;
  private int nothing;
  private int finished;
  private int unfinished;

  @Test
  void everyAnswerThatEndsIsValid() throws IOException {
    try (GgufFile file = GgufFile.open(EmbeddedModel.path())) {
      Tokenizer tokenizer = TokenizerFiles.from(file.metadata(), new ModelWarnings());
      TokenTrie trie = TokenTrie.of(tokenizer);
      boolean[] closing = closing(tokenizer);
      long first = TestSeed.of(50_000);
      for (long seed = first; seed < first + SCHEMAS; seed++) {
        check(seed, trie, tokenizer, closing);
      }
      System.out.printf(
          "seeds %d to %d on %d tokens: %d schemas refused, %d admit nothing, %d answers ended, %d cut off%n",
          first, first + SCHEMAS - 1, closing.length, refused, nothing, finished, unfinished);
    }
    assertThat(refused).isLessThan(SCHEMAS / 10 + 1);
    assertThat(finished).isGreaterThan(SCHEMAS / 2);
  }

  private void check(long seed, TokenTrie trie, Tokenizer tokenizer, boolean[] closing) {
    SplittableRandom random = new SplittableRandom(seed);
    JsonValue schema = new RandomSchema(random).document();
    Grammar grammar;
    try {
      grammar = JsonSchemaCompiler.compile(schema, OPTIONS);
    } catch (GrammarException e) {
      // Schemas drawn at random often admit nothing, which is said before anything is generated.
      boolean empty = String.valueOf(e.getMessage()).contains("admits nothing");
      nothing += empty ? 1 : 0;
      refused += empty ? 0 : 1;
      return;
    }
    GrammarMask mask = new StateMasks(CompiledGrammar.compile(grammar), trie).mask();
    Optional<String> answer = answer(mask, tokenizer, closing, random);
    if (answer.isEmpty()) {
      unfinished++;
      return;
    }
    JsonValue value = Json.parse(answer.get(), "answer");
    finished++;
    assertThat(isValid(schema, value)).as("seed %s: %s", seed, answer.get()).isTrue();
  }

  private static boolean isValid(JsonValue schema, JsonValue value) {
    Validator validator =
        new ValidatorFactory()
            .withJsonNodeFactory(NODES)
            .withDisabledSchemaValidation(true)
            .createValidator();
    JsonNode node = NODES.create(ValidatorNode.withPatternsOfJava(Json.write(schema)));
    URI uri = validator.registerSchema(node);
    return validator.validate(uri, NODES.wrap(value)).isValid();
  }

  /// The text up to an end token; empty when none came in time.
  private static Optional<String> answer(
      GrammarMask mask, Tokenizer tokenizer, boolean[] closing, SplittableRandom random) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    float[] logits = new float[closing.length];
    for (int step = 0; step < MOST_TOKENS; step++) {
      for (int id = 0; id < logits.length; id++) {
        logits[id] = (random.nextInt() >>> 8) * 0x1p-21f + (closing[id] ? CLOSING : 0);
      }
      if (!mask.apply(logits)) {
        assertThat(mask.isComplete()).as("a way on, or the end: %s", text).isTrue();
        return Optional.of(text.toString(StandardCharsets.UTF_8));
      }
      int best = best(logits);
      if (tokenizer.isEndOfGeneration(best)) {
        return Optional.of(text.toString(StandardCharsets.UTF_8));
      }
      mask.accept(best);
      text.writeBytes(tokenizer.bytes(best));
    }
    return Optional.empty();
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  /// Tokens with a quotation mark or a closing bracket, and those that end an answer.
  private static boolean[] closing(Tokenizer tokenizer) {
    boolean[] closing = new boolean[tokenizer.vocabularySize()];
    for (int id = 0; id < closing.length; id++) {
      String text = new String(tokenizer.bytes(id), StandardCharsets.UTF_8);
      closing[id] = tokenizer.isEndOfGeneration(id) || text.matches("[\"\\]}]+");
    }
    return closing;
  }
}
