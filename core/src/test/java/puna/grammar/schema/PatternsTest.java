package puna.grammar.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.grammar.automaton.CompiledGrammar;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Patterns as people have them, from ECMA-262 and from the languages that write schemas.
class PatternsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "^(?!.*--)[a-z-]+$ ~ a-b abc ~ a--b A",
        "^(?=.*[0-9])(?=.*[a-z])[a-z0-9]{3,}$ ~ ab1 1ba ~ abc 123 a1",
        "^(?!$|x)[a-z]*$ ~ a yx ~ x xa",
        "^(?:(?!ab)[a-c])+$ ~ ba aac ~ ab cab",
        "^[0-9]+(?<!0)$ ~ 1 101 ~ 10 0",
        "(?<=v)[0-9] ~ v1 av2b ~ 1 a1",
        "\\bcat\\b ~ cat a-cat ~ cats concat",
        "^(?:\\d+|(?=[a-z]{2}$)[a-z]\\w)$ ~ 12 ab ~ a1 a",
        "\\A[0-9]{2}\\Z ~ 12 ~ 123 a12",
        "(?i)^yes$ ~ YES yes yEs ~ no",
        "^(?i:ab)c$ ~ ABc abc ~ abC",
        "^(?P<n>[0-9])(?#digit)$ ~ 1 ~ a",
        "^[\\w-.]+$ ~ a-b.c ~ a+b",
        "^\\p{Greek}+$ ~ αβ ~ a",
        "^\\p{XDigit}+$ ~ aF0 ~ g",
        "^\\x{E9}$ ~ é ~ e",
        "^[a-z]++$ ~ abc ~ 1"
      })
  void keepsThePattern(String pattern, String valid, String invalid) {
    CompiledGrammar grammar =
        CompiledGrammar.compile(
            JsonSchemaCompiler.compile(
                new JsonObject(
                    java.util.Map.of(
                        "type",
                        new JsonString("string"),
                        "pattern",
                        new JsonString(pattern.strip())))));
    for (String text : List.of(valid.strip().split(" "))) {
      assertThat(grammar.accepts(Json.write(new JsonString(text)))).as(text).isTrue();
    }
    for (String text : List.of(invalid.strip().split(" "))) {
      assertThat(grammar.accepts(Json.write(new JsonString(text)))).as(text).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"(?=.*[0-9])[a-z0-9]{4},abc1,abcd", "\\b[a-z]+\\b( \\b[a-z]+\\b)*,ab cd,ab  cd"})
  void keepsWholeExpressionsThatLookAround(String pattern, String valid, String invalid) {
    CompiledGrammar grammar = CompiledGrammar.compile(RegexGrammar.of(pattern));

    assertThat(grammar.accepts(valid)).isTrue();
    assertThat(grammar.accepts(invalid)).isFalse();
  }
}
