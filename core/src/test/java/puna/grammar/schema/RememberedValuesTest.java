package puna.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static puna.grammar.schema.SchemaTexts.assertKept;
import static puna.grammar.schema.SchemaTexts.compile;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import puna.error.GrammarException;

/// What no rule can say: elements and names that differ, and names that must come in any order.
class RememberedValuesTest {
  @Test
  void stringsDifferWhateverTheirEscapes() {
    String schema = "{'type':'array','items':{'type':'string'},'uniqueItems':true}";
    assertKept(
        schema,
        List.of("[]", "['a','b']", "['a', 'A', 'aa', '']", "['\\u0061','b']", "['é','e']"),
        List.of(
            "['a','a']",
            "['a','b','a']",
            "['\\u0061','a']",
            "['é','\\u00E9']",
            "['\\ud83d\\ude00','😀']",
            "['\\/','/']",
            "['\\n','\\u000a']",
            "['','']"));
  }

  @Test
  void differentStringsKeepTheirOtherRules() {
    assertKept(
        "{'type':'array','items':{'type':'string','minLength':1,'maxLength':20},"
            + "'uniqueItems':true,'minItems':1,'maxItems':3}",
        List.of("['x']", "['x','y']", "['x','y','z']"),
        List.of("[]", "['x','x']", "['']", "['w','x','y','z']"));
    assertKept(
        "{'type':'array','items':{'pattern':'^[ab]$','type':'string'},'uniqueItems':true,'minItems':2}",
        List.of("['a','b']", "['b','a']"),
        List.of("['a']", "['a','b','a']", "['c','a']"));
  }

  @Test
  void numbersDifferByTheirOneSpelling() {
    assertKept(
        "{'type':'array','items':{'type':'integer','minimum':1,'maximum':100},'uniqueItems':true}",
        List.of("[]", "[3,1,2]", "[10,1,100]"),
        List.of("[3,3]", "[1,1.0]", "[101]", "[1, 1]", "[1,2,1 ]"));
    assertKept(
        "{'type':'array','items':{'type':'number'},'uniqueItems':true}",
        List.of("[1.5,1,2.25]"),
        List.of("[1.5,1.50]", "[1e0,1]", "[0,-0]"));
  }

  @Test
  void aListEndsWhereItsValuesRunOut() {
    String all = IntStream.range(1, 21).mapToObj(String::valueOf).collect(Collectors.joining(","));
    String schema =
        "{'type':'array','items':{'type':'integer','minimum':1,'maximum':20},'uniqueItems':true,"
            + "'minItems':%s}";
    assertKept(schema.formatted(20), List.of("[" + all + "]"), List.of("[" + all + ",1]", "[1]"));
    assertThatThrownBy(() -> compile(schema.formatted(21)))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("admits nothing");
  }

  @Test
  void whatCannotBeRememberedIsStillRefused() {
    assertThatThrownBy(() ->
            compile("{'type':'array','items':{'type':['string','object']},'uniqueItems':true}"))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("#/uniqueItems");
  }

  @Test
  void namesDiffer() {
    assertKept(
        "{'type':'object'}",
        List.of("{'a':1,'b':{'a':1}}", "{'a':{'a':{'a':1}}}", "{'a':'{','b':['a','a']}"),
        List.of(
            "{'a':1,'a':2}",
            "{'a':1,'\\u0061':2}",
            "{'x':{'b':1,'b':1}}",
            "{'\\uZZZZ':1}",
            "{'\\",
            "}"));
    assertKept(
        "{'properties':{'n':{'type':'integer'}},'additionalProperties':{'type':'string'}}",
        List.of("{'n':1,'m':'x'}"),
        List.of("{'m':'x','m':'y'}", "{'n':1,'m':'x','m':'y'}"));
  }

  @Test
  void manyMembersComeInAnyOrder() {
    String members =
        IntStream.range(0, 40)
            .mapToObj(i -> "'p" + i + "':{'type':'integer'}")
            .collect(Collectors.joining(","));
    String schema = "{'type':'object','properties':{" + members + "},'required':['p7','p39']%s}";
    assertKept(
        schema.formatted(",'additionalProperties':false"),
        List.of("{'p39':1,'p7':1}", "{'p8':0, 'p7':1,'p1':2,'p39':3}"),
        List.of("{}", "{'p7':1}", "{'p39':1,'p7':1,'p39':1}", "{'p7':1,'p39':1,'q':1}"));
    assertKept(
        schema.formatted(""),
        List.of("{'q':'x','p39':1,'p7':1,'r':null}", "{'p7':1,'p39':1}"),
        List.of("{'p7':1,'q':1}", "{'p39':1,'p7':'x'}", "{'q':1,'p39':1,'p7':1,'q':1}"));
  }

  @Test
  void moreMembersThanThereAreMarksComeInAnyOrder() {
    String members =
        IntStream.range(0, 80)
            .mapToObj(i -> "'p" + i + "':{'type':'integer'}")
            .collect(Collectors.joining(","));
    assertKept(
        "{'type':'object','properties':{"
            + members
            + "},'required':['p70','p3'],'additionalProperties':false}",
        List.of("{'p70':1,'p3':1}", "{'p79':0,'p3':1,'p1':2,'p70':3}"),
        List.of("{}", "{'p3':1}", "{'p70':1,'p3':1,'p70':1}", "{'p3':1,'p70':1,'p8':1,'p8':1}"));
  }

  @Test
  void anotherWayToReadAnObjectHasNamesOfItsOwn() {
    assertKept(
        "{'anyOf':[{'properties':{'aB':{},'cD':{}},'additionalProperties':false},"
            + "{'patternProperties':{'^[a-z]{1,2}$':{'type':'integer'}},'additionalProperties':false}]}",
        List.of("{'aB':true,'cD':[]}", "{'ab':1,'cd':2}"),
        List.of("{'ab':true}", "{'aB':1,'ab':1}", "{'ab':1,'ab':1}"));
  }

  @Test
  void manyMembersMayBeAskedFor() {
    assertKept(
        "{'type':'object','additionalProperties':{'type':'integer'},'minProperties':3}",
        List.of("{'a':1,'b':2,'c':3}", "{'a':1,'b':2,'c':3,'d':4}"),
        List.of("{}", "{'a':1,'b':2}", "{'a':1,'b':2,'a':3}"));
    assertKept(
        "{'type':'object','propertyNames':{'pattern':'^[a-z]{2}$'},'minProperties':2}",
        List.of("{'ab':1,'cd':2}"), List.of("{'ab':1}", "{'ab':1,'c':1}"));
  }

  @Test
  void aRequiredMemberThatCannotBeAdmitsNothing() {
    String members =
        IntStream.range(0, 9)
            .mapToObj(i -> "'p" + i + "':{'type':'integer'}")
            .collect(Collectors.joining(","));
    assertThatThrownBy(() ->
            compile(
                "{'type':'object','properties':{"
                    + members
                    + ",'next':{'$ref':'#'}},'required':['next']}"))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("admits nothing");
  }

  @Test
  void theTextStaysWithinWhatReadersRead() {
    String nested = "{'type':'array','items':{'$ref':'#'}}";
    assertThat(compile(nested).accepts("[".repeat(256) + "]".repeat(256))).isTrue();
    assertThat(compile(nested).accepts("[".repeat(257) + "]".repeat(257))).isFalse();
    assertThat(compile("{'type':'integer'}").accepts("9".repeat(1000))).isTrue();
    assertThat(compile("{'type':'integer'}").accepts("9".repeat(1001))).isFalse();
  }
}
