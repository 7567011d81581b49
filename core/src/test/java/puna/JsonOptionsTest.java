package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.JsonOptions.Formats;
import puna.JsonOptions.MemberOrder;
import puna.JsonOptions.Objects;
import puna.JsonOptions.Strictness;
import puna.JsonOptions.Whitespace;
import puna.error.GrammarException;
import puna.grammar.automaton.CompiledGrammar;
import puna.json.Json;
import puna.json.JsonType;
import puna.json.JsonValue;

/// What callers may choose of how an answer in JSON is written.
class JsonOptionsTest {
  private static final JsonOptions NONE = JsonOptions.defaults();

  record Reasoned(String reasoning, int answer) {}

  private static JsonValue json(String text) {
    return Json.parse(text.replace('\'', '"'), "schema");
  }

  private static ResponseFormat format(String schema, JsonOptions options) {
    return ResponseFormat.jsonSchema(json(schema), options);
  }

  private static boolean accepts(ResponseFormat format, String text) {
    return CompiledGrammar.compile(FormatGrammars.of(format)).accepts(text.replace('\'', '"'));
  }

  private static boolean accepts(String schema, JsonOptions options, String text) {
    return accepts(format(schema, options), text);
  }

  @Test
  void membersComeInTheSchemasOrder() {
    String schema =
        "{'type':'object','properties':{'a':{'type':'integer'},'b':{'type':'integer'},"
            + "'c':{'type':'integer'}},'required':['c'],'additionalProperties':false}";
    JsonOptions ordered = NONE.withMemberOrder(MemberOrder.SCHEMA);

    assertThat(accepts(schema, ordered, "{'a':1,'b':2,'c':3}")).isTrue();
    assertThat(accepts(schema, ordered, "{'c':3}")).isTrue();
    assertThat(accepts(schema, ordered, "{'c':3,'a':1}")).isFalse();
    assertThat(accepts(schema, ordered, "{'b':2,'a':1,'c':3}")).isFalse();
    assertThat(accepts(schema, NONE, "{'b':2,'a':1,'c':3}")).isTrue();
  }

  @Test
  void namesAndConstantsAreWrittenPlainly() {
    String schema =
        "{'type':'object','properties':{'name':{'enum':['a\\n漢']},'free':{'type':'string'}},"
            + "'required':['name']}";
    JsonOptions plain = NONE.withSpelling(JsonOptions.Spelling.PLAIN);
    for (JsonOptions options : List.of(NONE, plain)) {
      assertThat(accepts(schema, options, "{'name':'a\\n漢'}")).isTrue();
      assertThat(accepts(schema, options, "{'name':'a\\n漢','other':1}")).isTrue();
      assertThat(accepts(schema, options, "{'name':'a\\n漢','name':'a\\n漢'}")).isFalse();
      assertThat(accepts(schema, options, "{'name':'a\n漢'}")).isFalse();
    }
    for (String escaped :
        List.of("{'\\u006eame':'a\\n漢'}", "{'name':'\\u0061\\n漢'}", "{'name':'a\\n\\u6f22'}")) {
      assertThat(accepts(schema, NONE, escaped)).isTrue();
      assertThat(accepts(schema, plain, escaped)).isFalse();
    }
  }

  @Test
  void componentsOfARecordComeInTheirOrderUnlessAskedOtherwise() {
    String late = "{'answer':1,'reasoning':'x'}";
    JsonOptions any = NONE.withMemberOrder(MemberOrder.ANY);
    JsonType<List<Reasoned>> list = new JsonType<>() {};

    assertThat(accepts(ResponseFormat.jsonOf(Reasoned.class), late)).isFalse();
    assertThat(accepts(ResponseFormat.jsonOf(Reasoned.class), "{'reasoning':'x','answer':1}"))
        .isTrue();
    assertThat(accepts(ResponseFormat.jsonOf(Reasoned.class, any), late)).isTrue();
    assertThat(accepts(ResponseFormat.jsonOf(list), "[" + late + "]")).isFalse();
    assertThat(accepts(ResponseFormat.jsonOf(list, any), "[" + late + "]")).isTrue();
  }

  @Test
  void objectsAreClosedUnlessTheySayOtherwise() {
    JsonOptions closed = NONE.withObjects(Objects.CLOSED);
    String city = "{'type':'object','properties':{'city':{'type':'string'}}}";

    assertThat(accepts(city, closed, "{'city':'Bern','anything':[1,2]}")).isFalse();
    assertThat(accepts(city, NONE, "{'city':'Bern','anything':[1,2]}")).isTrue();
    assertThat(accepts("{'type':'object'}", closed, "{'a':1}")).isTrue();
    assertThat(
            accepts("{'properties':{'a':{}},'additionalProperties':true}", closed, "{'a':1,'b':2}"))
        .isTrue();
  }

  @Test
  void blanksAreAsAskedFor() {
    String schema = "{'properties':{'a':{},'b':{}}}";
    JsonOptions compact = NONE.withWhitespace(Whitespace.COMPACT);
    JsonOptions spaced = NONE.withWhitespace(Whitespace.SPACED);

    assertThat(accepts(schema, compact, "{'a':[1,2],'b':{}}")).isTrue();
    assertThat(accepts(schema, compact, "{'a':1, 'b':2}")).isFalse();
    assertThat(accepts(schema, compact, "{ 'a':1 }")).isFalse();
    assertThat(accepts(schema, spaced, "{'a': [1, 2], 'b': {}}")).isTrue();
    assertThat(accepts(schema, spaced, "{'a': 1,'b': 2}")).isFalse();
    assertThat(accepts(schema, spaced, "{'a':1}")).isFalse();
    assertThat(accepts(schema, spaced, "{ 'a': 1 }")).isFalse();
    assertThat(accepts(ResponseFormat.jsonObject(compact), "{'a':{'b':1}}")).isTrue();
    assertThat(accepts(ResponseFormat.jsonObject(compact), "{'a': 1}")).isFalse();
    assertThat(accepts(schema, NONE, "{\n  'a': 1\n}")).isTrue();
  }

  @Test
  void formatsMayBeRemarks() {
    JsonOptions remarks = NONE.withFormats(Formats.REMARKS);

    assertThat(accepts("{'type':'string','format':'email'}", remarks, "'anything'")).isTrue();
    assertThat(accepts("{'type':'string','format':'email'}", NONE, "'anything'")).isFalse();
  }

  @Test
  void digitsAreBounded() {
    JsonOptions twenty = NONE.withMaxIntegerDigits(20).withMaxFractionDigits(20);
    String schema = "{'properties':{'n':{'type':'number'}},'required':['n']}";

    assertThat(accepts(schema, twenty, "{'n':3.14}")).isTrue();
    assertThat(accepts(schema, twenty, "{'n':-12345678901234567890}")).isTrue();
    assertThat(accepts(schema, twenty, "{'n':3.3333333333333333333333333333}")).isFalse();
    assertThat(accepts(schema, twenty, "{'n':123456789012345678901234567890}")).isFalse();
    assertThat(accepts(schema, twenty, "{'n':1e5}")).isFalse();
    assertThat(accepts("{'minimum':3}", twenty, "3.0")).isTrue();
    assertThat(accepts("{'minimum':3}", twenty, "2.9")).isFalse();
    assertThat(accepts("{'type':'number'}", NONE.withMaxFractionDigits(0), "12")).isTrue();
    assertThat(accepts("{'type':'number'}", NONE.withMaxFractionDigits(0), "1.5")).isFalse();
    assertThat(accepts("{'const':123456}", NONE.withMaxIntegerDigits(2), "123456")).isTrue();
  }

  @Test
  void stringsNamesAndArraysAreBounded() {
    JsonOptions short3 = NONE.withMaxStringLength(3).withMaxItems(2);

    assertThat(accepts("{'type':'string'}", short3, "'abc'")).isTrue();
    assertThat(accepts("{'type':'string'}", short3, "'abcd'")).isFalse();
    assertThat(accepts("{'pattern':'^x+$'}", short3, "'xxxx'")).isFalse();
    assertThat(accepts("{'enum':['abcdef']}", short3, "'abcdef'")).isTrue();
    assertThat(accepts("{'type':'string','maxLength':5}", short3, "'abcde'")).isTrue();
    assertThat(accepts("{'type':'object'}", short3, "{'abcd':1}")).isFalse();
    assertThat(accepts("{'type':'object'}", short3, "{'abc':1}")).isTrue();
    assertThat(accepts("{'type':'array'}", short3, "[1,2]")).isTrue();
    assertThat(accepts("{'type':'array'}", short3, "[1,2,3]")).isFalse();
    assertThat(accepts("{'type':'array','maxItems':4}", short3, "[1,2,3]")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'type':'string','minLength':4} | #: strings need 4 characters, more than the 3",
        "{'items':{'type':'string','minLength':4},'minItems':1,'type':'array'} | #/items: strings",
        "{'type':'array','minItems':3} | #: minItems: arrays need 3 elements, more than the 2",
        "{'minimum':1000,'type':'number'} | #: no number is valid here with at most 2 digits before",
      })
  void whatABoundLeavesNothingOfIsRefusedByName(String schema, String message) {
    JsonOptions options = NONE.withMaxStringLength(3).withMaxItems(2).withMaxIntegerDigits(2);

    assertThatThrownBy(() -> format(schema, options).leftOut())
        .isInstanceOf(GrammarException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aPlainTextHasNoNeedlessEscapesAndNoPointInIntegers() {
    JsonOptions plain = NONE.withSpelling(JsonOptions.Spelling.PLAIN);
    String lima = "{'enum':['Li\\\"m\\na']}";

    assertThat(accepts(lima, plain, "'Li\\\"m\\na'")).isTrue();
    assertThat(accepts(lima, plain, "'L\\u0069\\\"m\\na'")).isFalse();
    assertThat(accepts(lima, NONE, "'L\\u0069\\\"m\\na'")).isTrue();
    assertThat(accepts("{'type':'string'}", plain, "'é\\n\\\\\\u0001'")).isTrue();
    assertThat(accepts("{'type':'string'}", plain, "'\\u0069'")).isFalse();
    assertThat(accepts("{'properties':{'ab':{}}}", plain, "{'ab':1}")).isTrue();
    assertThat(accepts("{'type':'integer'}", plain, "-30")).isTrue();
    assertThat(accepts("{'type':'integer'}", plain, "30.0")).isFalse();
    assertThat(accepts("{'type':'integer'}", plain, "3e1")).isFalse();
    assertThat(accepts("{'type':'integer','minimum':1,'maximum':99}", plain, "20")).isTrue();
    assertThat(accepts("{'type':'integer','minimum':1,'maximum':99}", plain, "20.0")).isFalse();
    assertThat(accepts("{'type':'number'}", plain, "20.5")).isTrue();
  }

  @Test
  void aLenientFormatTellsWhatIsLeftOut() {
    JsonOptions lenient = NONE.withStrictness(Strictness.LENIENT);
    String schema = "{'properties':{'b':{'$ref':'other.json'},'c':{'type':'integer'}}}";

    assertThat(format(schema, lenient).leftOut())
        .hasSize(1)
        .allMatch(reason -> reason.startsWith("#/properties/b/$ref: "));
    assertThat(accepts(schema, lenient, "{'b':1,'c':2}")).isTrue();
    assertThat(accepts(schema, lenient, "{'c':'x'}")).isFalse();
    assertThatThrownBy(() -> format(schema, NONE).leftOut()).isInstanceOf(GrammarException.class);
    assertThatThrownBy(() -> accepts(schema, NONE, "{}")).isInstanceOf(GrammarException.class);
    assertThatThrownBy(() -> format("{'enum':[]}", lenient).leftOut())
        .isInstanceOf(GrammarException.class);
    assertThat(ResponseFormat.text().leftOut()).isEmpty();
    assertThat(ResponseFormat.jsonObject(lenient).leftOut()).isEmpty();
    assertThatThrownBy(() -> ResponseFormat.regex("(a").leftOut())
        .isInstanceOf(GrammarException.class);
  }

  @Test
  void everyFormatHasItsGrammar() {
    assertThat(ResponseFormat.text().toGbnf()).isEqualTo("root ::= .*");
    assertThat(ResponseFormat.choices("a", "b").toGbnf()).startsWith("root ::= ");
    assertThat(ResponseFormat.jsonOf(Reasoned.class).toGbnf()).contains("reasoning");
    assertThatThrownBy(() -> ResponseFormat.grammar("root ::= x").toGbnf())
        .isInstanceOf(GrammarException.class);
    assertThatThrownBy(() -> ResponseFormat.choices().toGbnf())
        .isInstanceOf(GrammarException.class);
  }

  @Test
  void numbersOutOfRangeAreRefusedByName() {
    refuses(NONE::withMaxIntegerDigits, 0, "maxIntegerDigits must be from 1 to 300, found 0");
    refuses(NONE::withMaxIntegerDigits, 301, "maxIntegerDigits must be from 1 to 300, found 301");
    refuses(NONE::withMaxFractionDigits, -1, "maxFractionDigits must be from 0 to 300, found -1");
    refuses(NONE::withMaxStringLength, -1, "maxStringLength must be from 0 to 100000, found -1");
    refuses(NONE::withMaxItems, 10_001, "maxItems must be from 0 to 10000, found 10001");
    refuses(NONE::withEndsWithin, 0, "endsWithin must be from 1 to 10000000, found 0");
    refuses(NONE::withEndsWithin, Integer.MIN_VALUE, "endsWithin must be from 1 to 10000000, ");
  }

  private static void refuses(IntFunction<JsonOptions> option, int value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> option.apply(value))
        .withMessageStartingWith(message);
  }

  @Test
  @SuppressWarnings("NullAway") // what is refused here
  void nothingMayBeNull() {
    assertThatNullPointerException().isThrownBy(() -> NONE.withMemberOrder(null));
    assertThatNullPointerException().isThrownBy(() -> NONE.withObjects(null));
    assertThatNullPointerException().isThrownBy(() -> NONE.withWhitespace(null));
    assertThatNullPointerException().isThrownBy(() -> NONE.withFormats(null));
    assertThatNullPointerException().isThrownBy(() -> NONE.withStrictness(null));
    assertThatNullPointerException().isThrownBy(() -> ResponseFormat.jsonObject(null));
    assertThatNullPointerException().isThrownBy(() -> format("{}", null));
    assertThatNullPointerException().isThrownBy(() -> ResponseFormat.jsonOf(Reasoned.class, null));
  }

  @Test
  void whatIsNotSetIsEmpty() {
    assertThat(NONE.memberOrder()).isEmpty();
    assertThat(NONE.objects()).isEmpty();
    assertThat(NONE.whitespace()).isEmpty();
    assertThat(NONE.formats()).isEmpty();
    assertThat(NONE.strictness()).isEmpty();
    assertThat(NONE.maxIntegerDigits()).isEmpty();
    assertThat(NONE.maxFractionDigits()).isEmpty();
    assertThat(NONE.maxStringLength()).isEmpty();
    assertThat(NONE.maxItems()).isEmpty();
    assertThat(NONE.endsWithin()).isEmpty();
    assertThat(NONE).hasToString("JsonOptions{}");
    assertThat(NONE.withEndsWithin(9).endsWithin()).hasValue(9);
  }
}
