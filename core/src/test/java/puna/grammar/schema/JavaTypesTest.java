package puna.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import java.lang.reflect.Type;
import java.net.URI;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import puna.TestSeed;
import puna.grammar.Grammar;
import puna.grammar.automaton.CompiledGrammar;
import puna.json.Json;
import puna.json.JsonBinding;
import puna.json.JsonSchemas;
import puna.json.JsonValue;

/// Java types from end to end: what is written can be read and is valid, and what the grammar of a
/// type's schema writes can be read.
class JavaTypesTest {
  private static final long SEED = TestSeed.of(26);
  private static final int VALUES = Integer.getInteger("puna.test.values", 40);
  private static final ValidatorNode.Factory NODES = new ValidatorNode.Factory();

  private static java.util.List<Type> types() {
    return SampleTypes.all();
  }

  @ParameterizedTest
  @MethodSource("types")
  void whatIsWrittenIsValidAndReadAsAnEqualValue(Type type) {
    RandomValues values = new RandomValues(new SplittableRandom(SEED));
    Validator validator =
        new ValidatorFactory()
            .withJsonNodeFactory(NODES)
            .withDisabledSchemaValidation(true)
            .createValidator();
    CompiledGrammar compiled =
        CompiledGrammar.compile(JsonSchemaCompiler.compile(JsonSchemas.of(type)));
    URI schema = validator.registerSchema(NODES.wrap(JsonSchemas.of(type)));
    for (int i = 0; i < VALUES; i++) {
      Object value = values.of(type);
      JsonValue written = JsonBinding.write(value);
      String text = Json.write(written);
      assertThat(validator.validate(schema, NODES.wrap(written)).isValid())
          .as("seed %s: %s, %s", SEED, text, Json.write(JsonSchemas.of(type)))
          .isTrue();
      assertEqual(JsonBinding.read(Json.parse(text, "text"), type), value, text);
      assertAccepted(compiled, text);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void whatTheGrammarWritesIsReadAndWrittenAndReadAgain(Type type) {
    Grammar grammar = JsonSchemaCompiler.compile(JsonSchemas.of(type));
    CompiledGrammar compiled = CompiledGrammar.compile(grammar);
    RandomWalk walk = new RandomWalk(grammar, new SplittableRandom(SEED));
    for (int i = 0; i < VALUES; i++) {
      String text = walk.next();
      if (!compiled.accepts(text)) {
        assertThat(walk.isAsked()).as("seed %s: %s", SEED, text).isTrue();
        continue;
      }
      JsonValue json = Json.parse(text, "text");
      Object value = JsonBinding.read(json, type);
      JsonValue written = JsonBinding.write(value);
      assertEqual(JsonBinding.read(written, type), value, text);
      assertAccepted(compiled, Json.write(written));
    }
  }

  @Test
  void countsItsTypes() {
    assertThat(types()).hasSizeGreaterThan(90);
  }

  private static void assertAccepted(CompiledGrammar grammar, String text) {
    assertThat(grammar.accepts(text)).as("seed %s: %s", SEED, text).isTrue();
  }

  private static void assertEqual(Object found, Object expected, String text) {
    assertThat(DeepEquals.areEqual(expected, found))
        .as("seed %s: %s, found %s, expected %s", SEED, text, found, expected)
        .isTrue();
  }
}
