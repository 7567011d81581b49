package puna.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import java.io.IOException;
import java.lang.reflect.Type;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.error.GrammarException;
import puna.grammar.automaton.CompiledGrammar;
import puna.grammar.mask.ReadableJsonMask;
import puna.grammar.mask.StateMasks;
import puna.json.Json;
import puna.json.JsonBinding;
import puna.json.JsonSchemas;
import puna.json.JsonType;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;

/// From the mask to the reader: whatever is written under a mask is read, as JSON and as the Java
/// type, with no exception for names that come twice.
class ReadersTest {
  private static final long SEED = TestSeed.of(26_000);
  private static final int SCHEMAS = Integer.getInteger("puna.test.schemas", 150);
  private static final int ANSWERS = Integer.getInteger("puna.test.values", 3);
  private static final int MOST_TOKENS = 300;
  private static final ValidatorNode.Factory NODES = new ValidatorNode.Factory();
  private static final SchemaOptions OPTIONS =
      SchemaOptions.defaults().withFormats(SchemaOptions.Formats.ANNOTATIONS);

  private final MaskWalk walk;
  private int ended;
  private int cutOff;

  ReadersTest() throws IOException {
    walk = new MaskWalk();
  }

  @Test
  void whatComesUnderASchemaIsReadAndValid() {
    int refused = 0;
    for (long seed = SEED; seed < SEED + SCHEMAS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      JsonValue schema = new RandomSchema(random).document();
      try {
        StateMasks masks = masks(schema, OPTIONS);
        for (int i = 0; i < ANSWERS; i++) {
          Optional<String> answer = answer(masks, random);
          if (answer.isPresent()) {
            JsonValue value = read(answer.get(), seed);
            assertThat(isValid(schema, value)).as("seed %s: %s", seed, answer.get()).isTrue();
          }
        }
      } catch (GrammarException e) {
        refused++; // most of them admit nothing
      }
    }
    report("schemas", SCHEMAS - refused);
  }

  @Test
  void whatComesUnderAJavaTypeIsReadAsItAndWrittenAndReadAgain() {
    for (Type type : types()) {
      SplittableRandom random = new SplittableRandom(SEED);
      StateMasks masks = masks(JsonSchemas.of(type), SchemaOptions.defaults());
      for (int i = 0; i < ANSWERS; i++) {
        Optional<String> answer = answer(masks, random);
        if (answer.isPresent()) {
          Object value = JsonBinding.read(read(answer.get(), SEED), type);
          Object again = JsonBinding.read(JsonBinding.write(value), type);
          assertThat(DeepEquals.areEqual(value, again))
              .as("%s, seed %s: %s", type, SEED, answer.get())
              .isTrue();
        }
      }
    }
    report("types", types().size());
  }

  /// The sample types, and those with names or values of any kind.
  private static List<Type> types() {
    List<Type> types = new ArrayList<>(SampleTypes.all());
    types.addAll(
        List.of(
            JsonValue.class,
            JsonObject.class,
            JsonArray.class,
            new JsonType<List<JsonValue>>() {}.type(),
            new JsonType<List<?>>() {}.type(),
            new JsonType<Map<String, Integer>>() {}.type(),
            new JsonType<Map<String, Optional<Integer>>>() {}.type(),
            new JsonType<Map<Byte, Boolean>>() {}.type(),
            new JsonType<Map<Integer, Map<Long, String>>>() {}.type()));
    return types;
  }

  /// Names that the schema leaves free, where chance would write many of them twice.
  @Test
  void noNameComesTwice() {
    for (String schema :
        new String[] {
          "{'type':'object'}",
          "{'additionalProperties':{'type':'object','additionalProperties':{'type':'null'}}}",
          "{'type':'object','propertyNames':{'pattern':'^[ab]{1,2}$'},"
              + "'additionalProperties':{'type':'boolean'}}",
          "{'type':'object','propertyNames':{'pattern':'^-?(0|[1-9][0-9]?)$'}}",
          "{'type':'object','patternProperties':{'^x$':{'type':'null'}},"
              + "'additionalProperties':false}",
          "{'type':'object','propertyNames':{'pattern':'^[\\\\n\\\\t\\\\u0022]{1,2}$'},"
              + "'additionalProperties':{'const':0}}",
        }) {
      StateMasks masks = masks(SchemaTexts.json(schema), SchemaOptions.defaults());
      for (long seed = SEED; seed < SEED + 20L * ANSWERS; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        walk.answer(new ReadableJsonMask(masks), MOST_TOKENS, seed % 3 * 0.2, random)
            .ifPresent(text -> read(text, SEED));
      }
    }
  }

  private Optional<String> answer(StateMasks masks, SplittableRandom random) {
    Optional<String> answer = walk.answer(new ReadableJsonMask(masks), MOST_TOKENS, 0.5, random);
    ended += answer.isPresent() ? 1 : 0;
    cutOff += answer.isPresent() ? 0 : 1;
    return answer;
  }

  private void report(String what, int count) {
    System.out.printf(
        "seed %s, %s %s: %s answers read, %s cut off%n", SEED, count, what, ended, cutOff);
    assertThat(ended).isGreaterThan(count);
  }

  private static JsonValue read(String text, long seed) {
    try {
      return Json.parse(text, "answer");
    } catch (RuntimeException e) {
      throw new AssertionError("seed %s: %s".formatted(seed, text), e);
    }
  }

  private StateMasks masks(JsonValue schema, SchemaOptions options) {
    return new StateMasks(
        CompiledGrammar.compile(JsonSchemaCompiler.compile(schema, options)), walk.trie());
  }

  private static boolean isValid(JsonValue schema, JsonValue value) {
    Validator validator =
        new ValidatorFactory()
            .withJsonNodeFactory(NODES)
            .withDisabledSchemaValidation(true)
            .createValidator();
    URI uri =
        validator.registerSchema(
            NODES.create(ValidatorNode.withPatternsOfJava(Json.write(schema))));
    return validator.validate(uri, NODES.wrap(value)).isValid();
  }
}
