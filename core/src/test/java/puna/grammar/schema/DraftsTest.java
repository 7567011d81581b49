package puna.grammar.schema;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static puna.grammar.schema.SchemaTexts.assertKept;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.GrammarException;

/// What a keyword means depends on the draft that a schema names.
class DraftsTest {
  private static final String DRAFT_04 = "'$schema':'http://json-schema.org/draft-04/schema#',";
  private static final String DRAFT_07 = "'$schema':'http://json-schema.org/draft-07/schema#',";
  private static final String DRAFT_2019 =
      "'$schema':'https://json-schema.org/draft/2019-09/schema',";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://json-schema.org/draft-04/schema#",
        "https://json-schema.org/draft-07/schema",
        "http://json-schema.org/schema#",
        "https://json-schema.org/draft/2019-09/schema",
        "https://example.com/my/own/schema.json"
      })
  void readsSchemasOfEveryDraft(String uri) {
    assertKept(
        "{'$schema':'%s','type':'integer'}".formatted(uri), List.of("1"), List.of("'a'", "null"));
  }

  @Test
  void refusesADialectOfItsOwn() {
    assertThatThrownBy(
            () -> SchemaTexts.compile("{'$schema':'https://example.com/metaschema-units'}"))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("#/$schema");
  }

  @Test
  void readsBooleanBounds() {
    assertKept(
        "{"
            + DRAFT_04
            + "'type':'integer','minimum':2,'exclusiveMinimum':true,'maximum':4,"
            + "'exclusiveMaximum':false}",
        List.of("3", "4"),
        List.of("2", "5"));
  }

  @Test
  void readsItemsAsAList() {
    assertKept(
        "{'type':'array','items':[{'type':'null'}],'additionalItems':{'type':'boolean'}}",
        List.of("[]", "[null]", "[null,true]"),
        List.of("[true]", "[null,null]"));
  }

  @Test
  void readsDependencies() {
    assertKept(
        "{" + DRAFT_07 + "'dependencies':{'a':['b'],'c':{'required':['d']}}}",
        List.of("{'b':1}", "{'a':1,'b':1}", "{'c':1,'d':1}"),
        List.of("{'a':1}", "{'c':1}"));
  }

  @Test
  void ignoresWhatStandsBesideAReference() {
    String schema =
        "'definitions':{'word':{'type':'string'}},"
            + "'properties':{'a':{'$ref':'#/definitions/word','maxLength':1}}}";
    assertKept("{" + DRAFT_07 + schema, List.of("{'a':'xx'}"), List.of("{'a':1}"));
    assertKept("{" + schema, List.of("{'a':'x'}"), List.of("{'a':'xx'}", "{'a':1}"));
  }

  @Test
  void resolvesOldIdentifiers() {
    assertKept(
        "{"
            + DRAFT_04
            + "'properties':{'a':{'$ref':'#word'}},"
            + "'definitions':{'w':{'id':'#word','type':'string'}}}",
        List.of("{'a':'x'}"),
        List.of("{'a':1}"));
    assertKept(
        "{"
            + DRAFT_07
            + "'properties':{'a':{'$ref':'#word'}},"
            + "'definitions':{'w':{'$id':'#word','type':'string'}}}",
        List.of("{'a':'x'}"),
        List.of("{'a':1}"));
  }

  @Test
  void followsRecursiveReferencesToTheOutermost() {
    assertKept(
        "{"
            + DRAFT_2019
            + "'$id':'https://example.com/outer','$recursiveAnchor':true,"
            + "'$ref':'tree','unevaluatedProperties':false,'$defs':{'tree':{'$id':'tree',"
            + "'$recursiveAnchor':true,'type':'object','properties':{'next':"
            + "{'$recursiveRef':'#'}}}}}",
        List.of("{'next':{'next':{}}}"),
        List.of("{'next':{'other':1}}", "{'other':1}"));
  }

  @Test
  void readsNullableWhereNoDraftIsNamed() {
    assertKept("{'type':'string','nullable':true}", List.of("'a'", "null"), List.of("1"));
    assertKept(
        "{" + DRAFT_07 + "'type':'string','nullable':true}", List.of("'a'"), List.of("null"));
  }

  @Test
  void takesWholeNumbersAsTheDraftDoes() {
    assertKept("{" + DRAFT_04 + "'type':'integer'}", List.of("12"), List.of("12.0", "1.5"));
    assertKept("{" + DRAFT_07 + "'type':'integer'}", List.of("12", "12.0"), List.of("1.5"));
  }

  @Test
  void letsOtherMembersComeBetweenManyNamedOnes() {
    assertKept(
        "{'properties':{'a':{},'b':{},'c':{},'d':{},'e':{},'f':{},'g':{'type':'null'}},"
            + "'required':['g']}",
        List.of(
            "{'x':1,'a':1,'y':2,'g':null}",
            "{'g':null,'x':1}",
            "{'x':1,'y':1,'g':null}",
            "{'g':null,'a':1}"),
        List.of("{'x':1}", "{'g':null,'a':1,'a':2}", "{'x':1,'g':1}"));
  }

  @Test
  void readsTheNamesThatJacksonGives() {
    assertKept(
        "{'type':'object','id':'urn:jsonschema:a:Node','properties':{'next':"
            + "{'$ref':'urn:jsonschema:a:Node'},'n':{'type':'integer'}}}",
        List.of("{'next':{'n':1}}"),
        List.of("{'next':{'n':'x'}}", "{'next':1}"));
  }

  @Test
  void knowsTheMetaSchemasOfDraftsInOneDocument() {
    assertKept(
        "{'properties':{'parameters':{'$ref':'http://json-schema.org/draft-07/schema#'}}}",
        List.of(
            "{'parameters':{'type':'object','properties':{'a':{'type':'string'}},'required':['a']}}",
            "{'parameters':true}"),
        List.of("{'parameters':{'type':1}}", "{'parameters':{'required':['a','a']}}"));
  }
}
