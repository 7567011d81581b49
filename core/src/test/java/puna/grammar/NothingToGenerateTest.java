package puna.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.GrammarException;
import puna.grammar.automaton.CompiledGrammar;
import puna.grammar.schema.JsonSchemaCompiler;
import puna.json.Json;

/// What admits no text at all is refused before anything is generated.
class NothingToGenerateTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "root ::= \"a\" root ~ every text of the rule root would be infinite",
        "root ::= [0-9] end; end ::= \".\" end ~ every text of the rule end would be infinite",
        "root ::= [^\\x00-\\U0010FFFF] ~ no text matches the rule root"
      })
  void refusesGrammars(String gbnf, String message) {
    assertThatThrownBy(() -> GbnfParser.parse(gbnf.replace("; ", "\n")))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("admits nothing")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a$b", "x[]y", "[^\\s\\S]"})
  void refusesExpressions(String pattern) {
    assertThatThrownBy(() -> Grammars.regex(pattern))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("matches no text");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "false|#: the schema admits nothing",
        "{'type':'integer','minimum':5,'maximum':4}|#: the schema admits nothing: no value",
        "{'type':'object','required':['a'],'properties':{'a':{'const':1,'type':'string'}}}"
            + "|#: the schema admits nothing",
        "{'type':'object','required':['a'],'properties':{'a':{'$ref':'#'}}}|would be infinite"
      })
  void refusesSchemasWithThePlace(String schema, String message) {
    assertThatThrownBy(
            () -> JsonSchemaCompiler.compile(Json.parse(schema.replace('\'', '"'), "schema")))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesGrammarsThatProgramsMake() {
    Grammar grammar = new Grammar(Map.of("root", new Rule.Choice(List.of())), "root");

    assertThatThrownBy(() -> CompiledGrammar.compile(grammar))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("admits nothing");
  }

  @Test
  void keepsAGrammarBesideADeadAlternative() {
    Grammar grammar = GbnfParser.parse("\uFEFFroot ::= \"ok\" | bad\nbad ::= \"no\" bad");

    assertThat(CompiledGrammar.compile(grammar).accepts("ok")).isTrue();
    assertThat(CompiledGrammar.compile(grammar).accepts("no")).isFalse();
  }
}
