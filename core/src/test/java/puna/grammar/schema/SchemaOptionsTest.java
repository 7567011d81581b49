package puna.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import puna.error.GrammarException;
import puna.grammar.automaton.CompiledGrammar;

/// What callers may choose of a schema's reading.
class SchemaOptionsTest {
  private static CompiledGrammar compile(String schema, SchemaOptions options) {
    return SchemaTexts.compile(schema, options);
  }

  @Test
  void keepsTheOrderOfTheSchema() {
    String schema = "{'properties':{'why':{},'what':{}},'required':['why','what']}";
    CompiledGrammar free = compile(schema, SchemaOptions.defaults());
    CompiledGrammar ordered =
        compile(schema, SchemaOptions.defaults().withOrder(SchemaOptions.Order.SCHEMA));

    assertThat(free.accepts("{\"what\":1,\"why\":2}")).isTrue();
    assertThat(ordered.accepts("{\"what\":1,\"why\":2}")).isFalse();
    assertThat(ordered.accepts("{\"why\":2,\"what\":1}")).isTrue();
  }

  @Test
  void closesObjectsThatDoNotSayOtherwise() {
    SchemaOptions closed = SchemaOptions.defaults().withObjects(SchemaOptions.Objects.CLOSED);

    assertThat(compile("{'properties':{'a':{}}}", closed).accepts("{\"a\":1,\"b\":2}")).isFalse();
    assertThat(compile("{'properties':{'a':{}}}", closed).accepts("{\"a\":1}")).isTrue();
    assertThat(
            compile("{'properties':{'a':{}},'additionalProperties':true}", closed)
                .accepts("{\"a\":1,\"b\":2}"))
        .isTrue();
    assertThat(compile("{'type':'object'}", closed).accepts("{\"b\":2}")).isTrue();
  }

  @Test
  void leavesOutWhatCannotBeKeptAndSaysSo() {
    RelaxedSchema relaxed =
        RelaxedSchema.of(
            SchemaTexts.json(
                "{'properties':{'a':{'type':'array','items':{'type':['string','object']},'uniqueItems':true},"
                    + "'b':{'$ref':'other.json'},'c':{'type':'integer'}}}"),
            SchemaOptions.defaults());
    CompiledGrammar grammar = CompiledGrammar.compile(JsonSchemaCompiler.compile(relaxed.schema()));

    assertThat(relaxed.leftOut())
        .hasSize(2)
        .anyMatch(reason -> reason.startsWith("#/properties/a/uniqueItems: "))
        .anyMatch(reason -> reason.startsWith("#/properties/b/$ref: "));
    assertThat(grammar.accepts("{\"a\":[\"x\"],\"b\":1,\"c\":2}")).isTrue();
    assertThat(grammar.accepts("{\"c\":\"x\"}")).isFalse();
    assertThatThrownBy(
            () -> RelaxedSchema.of(SchemaTexts.json("{'enum':[]}"), SchemaOptions.defaults()))
        .isInstanceOf(GrammarException.class);
    assertThat(
            RelaxedSchema.of(SchemaTexts.json("{'type':'null'}"), SchemaOptions.defaults())
                .leftOut())
        .isEqualTo(List.of());
  }
}
