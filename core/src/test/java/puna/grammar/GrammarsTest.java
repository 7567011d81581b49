package puna.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.GrammarException;
import puna.grammar.automaton.CompiledGrammar;
import puna.json.Json;

class GrammarsTest {
  private static final CompiledGrammar JSON = CompiledGrammar.compile(Grammars.json());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "0",
        "-1.5e+10",
        "\"\"",
        "true",
        "[1, 2]",
        "{ \"a\" : [ null , {} ] }",
        "\"\\u00e9\"",
        "\"\\ud83d\\ude00\"",
        "\"漢\\n\\\"\\\\\"",
        "{\"a\":1,\n  \"b\":\"x\"}",
        "[[[[]]]]",
        "\"\\u0000\""
      })
  void jsonIsAdmitted(String text) {
    Json.parse(text, "test");
    assertThat(JSON.accepts(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,]",
        "{\"a\"}",
        "{a:1}",
        "01",
        "1.",
        ".5",
        "+1",
        "\"",
        "\"\n\"",
        "\"\\x\"",
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "tru",
        "[1 2]",
        "{} {}",
        "'a'",
        "1e",
        "nul",
        "[\"a\":1]"
      })
  void whatIsNoJsonIsRefused(String text) {
    assertThat(JSON.accepts(text)).isFalse();
  }

  @Test
  void anObjectIsAnObject() {
    CompiledGrammar object = CompiledGrammar.compile(Grammars.jsonObject());
    assertThat(object.accepts("{\"a\": [1, {}]}")).isTrue();
    assertThat(object.accepts("[]")).isFalse();
    assertThat(object.accepts("1")).isFalse();
  }

  @Test
  void aChoiceAdmitsItsTexts() {
    CompiledGrammar choice = CompiledGrammar.compile(Grammars.choice(List.of("yes", "no", "")));
    assertThat(choice.accepts("yes")).isTrue();
    assertThat(choice.accepts("")).isTrue();
    assertThat(choice.accepts("ye")).isFalse();
    assertThatThrownBy(() -> Grammars.choice(List.of())).isInstanceOf(GrammarException.class);
  }

  @Test
  void aRegexAdmitsItsWholeMatches() {
    CompiledGrammar date = CompiledGrammar.compile(Grammars.regex("\\d{4}-\\d\\d-\\d\\d"));
    assertThat(date.accepts("2025-11-23")).isTrue();
    assertThat(date.accepts("on 2025-11-23")).isFalse();
    assertThatThrownBy(() -> Grammars.regex("(?=a)")).isInstanceOf(GrammarException.class);
  }
}
