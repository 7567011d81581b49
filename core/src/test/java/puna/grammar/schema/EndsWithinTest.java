package puna.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.TestSeed;
import puna.error.GrammarException;
import puna.grammar.automaton.CompiledGrammar;
import puna.grammar.mask.ReadableJsonMask;
import puna.grammar.mask.StateMasks;
import puna.json.Json;

/// An answer that must end within so many tokens does, whatever is drawn.
class EndsWithinTest {
  private static final long SEED = TestSeed.of(900);
  private static final int RUNS = Integer.getInteger("puna.test.values", 40);
  private static final int MOST = 200;
  private static final ValidatorNode.Factory NODES = new ValidatorNode.Factory();

  private final MaskWalk walk;

  EndsWithinTest() throws IOException {
    walk = new MaskWalk();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'object','properties':{'names':{'type':'array','items':{'type':'string'}},"
            + "'note':{'type':'string'}},'required':['names','note']}",
        "{'type':'object','additionalProperties':{'type':'integer'}}",
        "{'type':'object','additionalProperties':{'type':'array'},"
            + "'propertyNames':{'pattern':'^[0-9]+$'},'minProperties':1}",
        "{'anyOf':[{'const':'no'},{'type':'object','properties':{'reason':{'minLength':30,"
            + "'type':'string'},'é':{'enum':['漢字','😀']}},'required':['reason','é']}]}",
        "{'$defs':{'t':{'type':'object','properties':{'next':{'$ref':'#/$defs/t'},'v':{'type':"
            + "'number'}},'required':['v'],'additionalProperties':false}},'$ref':'#/$defs/t'}",
      })
  void everyAnswerIsCompleteAndValid(String schema) {
    StateMasks masks = masks(schema);
    int shortest = shortest(masks);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int run = 0; run < RUNS; run++) {
      int most = run < 10 ? shortest + run : random.nextInt(shortest, MOST + 1);
      ReadableJsonMask mask = new ReadableJsonMask(masks, OptionalInt.of(most));
      Optional<String> answer = walk.answer(mask, most, 0, random);
      assertThat(answer).as("run %s of seed %s, within %s", run, SEED, most).isPresent();
      assertThat(isValid(schema, answer.get()))
          .as("run %s of seed %s: %s", run, SEED, answer.get())
          .isTrue();
    }
  }

  @Test
  void whatNeedsMoreIsRefusedBeforeAnythingIsWritten() {
    StateMasks masks = masks("{'type':'object','properties':{'a':{}},'required':['a']}");
    int shortest = shortest(masks);

    assertThat(shortest).isBetween(3, 8);
    assertThatThrownBy(() -> new ReadableJsonMask(masks, OptionalInt.of(shortest - 1)))
        .isInstanceOf(GrammarException.class)
        .hasMessage(
            "an answer must end within %s tokens, and the shortest needs %s"
                .formatted(shortest - 1, shortest));
  }

  private StateMasks masks(String schema) {
    return new StateMasks(
        CompiledGrammar.compile(JsonSchemaCompiler.compile(SchemaTexts.json(schema))), walk.trie());
  }

  private static int shortest(StateMasks masks) {
    for (int most = 1; ; most++) {
      try {
        ReadableJsonMask _ = new ReadableJsonMask(masks, OptionalInt.of(most));
        return most;
      } catch (GrammarException e) {
        assertThat(most).isLessThan(MOST);
      }
    }
  }

  private static boolean isValid(String schema, String text) {
    Validator validator =
        new ValidatorFactory()
            .withJsonNodeFactory(NODES)
            .withDisabledSchemaValidation(true)
            .createValidator();
    URI uri = validator.registerSchema(NODES.create(schema.replace('\'', '"')));
    return validator.validate(uri, NODES.wrap(Json.parse(text, "answer"))).isValid();
  }
}
