package puna.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import java.net.URI;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.error.GrammarException;
import puna.grammar.Grammar;
import puna.grammar.automaton.CompiledGrammar;
import puna.json.Json;
import puna.json.JsonValue;

/// Random schemas against an independent validator, both ways: what a grammar writes is valid, and
/// what is valid is mostly admitted.
class RandomSchemaTest {
  private static final int SCHEMAS = Integer.getInteger("puna.test.schemas", 1500);
  private static final ValidatorNode.Factory NODES = new ValidatorNode.Factory();
  private static final SchemaOptions OPTIONS =
      SchemaOptions.defaults().withFormats(SchemaOptions.Formats.ANNOTATIONS);

  private int refused;
  private int texts;
  private int valid;
  private int admitted;

  @Test
  void everyTextOfAGrammarIsValidAndNearlyEveryValidTextIsAdmitted() {
    long first = TestSeed.of(20_000);
    for (long seed = first; seed < first + SCHEMAS; seed++) {
      check(seed);
    }
    System.out.printf(
        "seeds %d to %d: %d schemas refused, %d texts written, %d of %d valid texts admitted%n",
        first, first + SCHEMAS - 1, refused, texts, admitted, valid);
    assertThat(refused).isLessThan(SCHEMAS / 10);
    assertThat(texts).isGreaterThan(SCHEMAS);
    assertThat(admitted).isGreaterThan(valid * 98 / 100);
  }

  private void check(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    RandomSchema schemas = new RandomSchema(random);
    JsonValue schema = schemas.document();
    Grammar grammar;
    try {
      grammar = JsonSchemaCompiler.compile(schema, OPTIONS);
    } catch (GrammarException e) {
      assertThat(e).as("seed %s", seed).hasMessageStartingWith("#");
      if (String.valueOf(e.getMessage()).contains("admits nothing")) {
        checkNothing(schemas, schema, seed);
        return;
      }
      refused++;
      return;
    }
    CompiledGrammar compiled = CompiledGrammar.compile(grammar);
    Validator validator = validator();
    URI uri = register(validator, schema);
    RandomWalk walk = new RandomWalk(grammar, random);
    for (int i = 0; i < 5 && !walk.admitsNothing(); i++) {
      checkText(walk, compiled, validator, uri, seed);
    }
    for (int i = 0; i < 10; i++) {
      JsonValue value = schemas.value(2);
      boolean isValid = isValid(validator, uri, value);
      boolean accepted = compiled.accepts(Json.write(value));
      assertThat(accepted && !isValid).as("seed %s: %s", seed, Json.write(value)).isFalse();
      valid += isValid ? 1 : 0;
      admitted += accepted ? 1 : 0;
    }
  }

  private static Validator validator() {
    return new ValidatorFactory()
        .withJsonNodeFactory(NODES)
        .withDisabledSchemaValidation(true)
        .createValidator();
  }

  private static URI register(Validator validator, JsonValue schema) {
    JsonNode node = NODES.create(ValidatorNode.withPatternsOfJava(Json.write(schema)));
    return validator.registerSchema(node);
  }

  private void checkNothing(RandomSchema schemas, JsonValue schema, long seed) {
    Validator validator = validator();
    URI uri = register(validator, schema);
    for (int i = 0; i < 10; i++) {
      JsonValue value = schemas.value(2);
      boolean isValid = isValid(validator, uri, value);
      assertThat(isValid).as("seed %s: %s", seed, Json.write(value)).isFalse();
    }
  }

  /// A schema that leads back to itself in one place, which a validator cannot follow, has no valid
  /// values there.
  private static boolean isValid(Validator validator, URI uri, JsonValue value) {
    try {
      return validator.validate(uri, NODES.wrap(value)).isValid();
    } catch (StackOverflowError _) {
      return false;
    }
  }

  private void checkText(
      RandomWalk walk, CompiledGrammar grammar, Validator validator, URI uri, long seed) {
    String text = walk.next();
    if (!grammar.accepts(text)) {
      assertThat(walk.isAsked()).as("seed %s: %s", seed, text).isTrue();
      return;
    }
    JsonValue value = Json.parse(text, "text");
    texts++;
    assertThat(validator.validate(uri, NODES.wrap(value)).isValid())
        .as("seed %s: %s", seed, text)
        .isTrue();
  }
}
