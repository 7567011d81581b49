package puna.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.GrammarException;
import puna.grammar.Grammar;
import puna.grammar.automaton.CompiledGrammar;
import puna.json.Json;

/// Schemas that ask for too much are refused in bounded time, with keyword and place.
@Timeout(300)
class HostileSchemaTest {
  private static Grammar compile(String schema) {
    return JsonSchemaCompiler.compile(Json.parse(schema, "schema"));
  }

  private static String many(int count, IntFunction<String> part) {
    return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{'minLength':1000000000}|#/minLength: strings must be at least",
        "{'items':{'minItems':1000000000}}|minItems: at most 1024",
        "{'contains':true,'minContains':1000000000}|minContains: at most 1024",
        "{'type':'string','pattern':'[ab]*a[ab]{20}c'}|#/pattern: pattern cannot be kept",
        "{'pattern':'(x{1000}){1000}'}|#/pattern: pattern cannot be kept",
        "{'pattern':'(a)\\\\1'}|#/pattern: pattern cannot be kept: ",
        "{'multipleOf':0.123456789}|#/multipleOf: multipleOf cannot be kept",
        "{'const':1e1000000}|#/const: const cannot be kept",
        "{'const':[1e999999999999]}|a number is too large",
        "{'minimum':1e999999999}|#/minimum: minimum must be a number of reasonable size",
        "{'$ref':'#'}|#/$ref: $ref leads back to itself",
        "{'$ref':'http://example.com/x'}|#/$ref: $ref may only point into the schema itself",
        "{'uniqueItems':true}|#/uniqueItems: uniqueItems can only be kept",
        "{'minProperties':2000}|#/minProperties: minProperties can only be kept",
        "{'type':'text'}|#/type: type must be made of the seven types' names; found \"text\"",
        "{'properties':{'a/b':{'minLength':'x'}}}|#/properties/a~1b/minLength: minLength must be",
        "{'allOf':[]}|#/allOf: allOf must be an array of schemas that is not empty",
        "{'$schema':'http://example.com/metaschema'}|#/$schema: a dialect of",
        "{'prefixItems':[{}],'items':[{}]}|#/items: items cannot be a list",
        "{'items':3}|#/items: items must be made of schemas",
        "3|#: a schema must be an object, true or false"
      })
  void namesKeywordAndPlaceOfWhatCannotBeKept(String schema, String message) {
    assertThatThrownBy(() -> compile(schema.replace('\'', '"')))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"allOf", "anyOf", "oneOf"})
  void endsOnReferencesThatDoubleAtEachStep(String keyword) {
    String steps =
        many(
            40,
            i ->
                "\"a%d\":{\"%s\":[{\"$ref\":\"#/$defs/a%d\"},{\"$ref\":\"#/$defs/a%d\"}]}"
                    .formatted(i, keyword, i + 1, i + 1));
    String schema =
        "{\"$ref\":\"#/$defs/a0\",\"$defs\":{%s,\"a40\":{\"minimum\":3}}}".formatted(steps);
    try {
      assertThat(compile(schema).rules()).hasSizeLessThan(100);
    } catch (GrammarException e) {
      assertThat(e).hasMessageContaining("too many");
    }
  }

  @Test
  void refusesAlternativesThatMultiply() {
    String choices =
        many(30, i -> "{'anyOf':[{'required':['a%d']},{'required':['b%d']}]}".formatted(i, i));
    assertThatThrownBy(() -> compile(("{'allOf':[" + choices + "]}").replace('\'', '"')))
        .isInstanceOf(GrammarException.class);
    String properties =
        many(
            30,
            i -> "{'anyOf':[{'properties':{'a%d':true}},{'maxProperties':%d}]}".formatted(i, i));
    assertThatThrownBy(() ->
            compile(
                ("{'allOf':[" + properties + "],'unevaluatedProperties':false}")
                    .replace('\'', '"')))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("alternatives");
  }

  @Test
  void refusesWhatTakesTooManyStepsAtTheSamePlaceEachTime() {
    String schema =
        "{\"properties\":{%s}}"
            .formatted(
                many(
                    400,
                    i ->
                        "\"p%d\":{\"type\":\"string\",\"pattern\":\"^(?:[ab]*a[ab]{10}c{%d}|[^]*)$\"}"
                            .formatted(i, i + 1)));
    String first = catchThrowableOfType(GrammarException.class, () -> compile(schema)).getMessage();
    assertThat(first)
        .startsWith("#/properties/p")
        .contains("/pattern: pattern cannot be kept: the schema takes more than 2500000 steps");
    assertThatThrownBy(() -> compile(schema)).hasMessage(first);
  }

  @Test
  void keepsMembersInAnyOrderWithoutARuleForEachSubset() {
    Grammar object =
        compile(
            "{\"type\":\"object\",\"properties\":{%s},\"required\":[\"p1\"],\"additionalProperties\":false}"
                .formatted(many(6, i -> "\"p%d\":{\"type\":\"null\"}".formatted(i))));
    assertThat(object.rules()).hasSizeLessThan(20);
    CompiledGrammar grammar = CompiledGrammar.compile(object);
    assertThat(grammar.accepts("{\"p5\": null, \"p1\": null, \"p0\": null}")).isTrue();
    assertThat(grammar.accepts("{\"p5\": null, \"p0\": null}")).isFalse();
    assertThat(grammar.accepts("{\"p1\": null, \"p1\": null}")).isFalse();
  }

  @Test
  void leavesOutMembersThatCanHaveNoValue() {
    CompiledGrammar grammar =
        CompiledGrammar.compile(
            compile(
                "{\"properties\":{\"a\":{\"type\":\"null\"},\"b\":{\"$ref\":\"#/$defs/endless\"}},"
                    + "\"additionalProperties\":false,\"$defs\":{\"endless\":{\"type\":\"array\","
                    + "\"minItems\":1,\"items\":{\"$ref\":\"#/$defs/endless\"}}}}"));
    assertThat(grammar.accepts("{\"a\": null}")).isTrue();
    assertThat(grammar.matcher().accept("{\"a\": null,".getBytes(StandardCharsets.UTF_8)))
        .isFalse();
  }

  @Test
  void keepsLargeButPlainSchemas() {
    String names = many(500, i -> "\"p%d\":{\"type\":\"string\"}".formatted(i));
    Grammar object = compile("{\"type\":\"object\",\"properties\":{%s}}".formatted(names));
    assertThat(CompiledGrammar.compile(object).accepts("{\"p3\": \"a\", \"p499\": \"b\"}"))
        .isTrue();

    Grammar words = compile("{\"enum\":[%s]}".formatted(many(3000, i -> "\"w" + i * 7919 + '"')));
    assertThat(CompiledGrammar.compile(words).accepts("\"w7919\"")).isTrue();
    assertThat(CompiledGrammar.compile(words).accepts("\"w7918\"")).isFalse();
  }

  @Test
  void lowersUpperBoundsThatAreTooLarge() {
    CompiledGrammar text = CompiledGrammar.compile(compile("{\"maxLength\":1000000000}"));
    assertThat(text.accepts('"' + "x".repeat(100_000) + '"')).isTrue();
    assertThat(text.accepts('"' + "x".repeat(100_001) + '"')).isFalse();
    assertThat(compile("{\"maxItems\":1000000000,\"maxProperties\":1000000000}").rules())
        .hasSizeLessThan(2000);
  }

  @Test
  void neverAdmitsANamedMemberTwice() {
    CompiledGrammar grammar = CompiledGrammar.compile(compile("{\"properties\":{\"a\":true}}"));
    assertThat(grammar.accepts("{\"b\": 1, \"a\": 2}")).isTrue();
    assertThat(grammar.accepts("{\"a\": 1, \"a\": 2}")).isFalse();
    assertThat(grammar.accepts("{\"a\": 1, \"\\u0061\": 2}")).isFalse();
  }
}
