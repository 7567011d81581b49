package puna.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import puna.error.GrammarException;
import puna.grammar.automaton.CompiledGrammar;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Grammars in GBNF admit the texts that llama.cpp says they admit, and no others.
class LlamaCppAcceptanceTest {
  private record Case(String name, String grammar, List<String> admitted, List<String> refused) {}

  @TestFactory
  List<DynamicTest> admitsWhatLlamaCppAdmits() throws IOException {
    return cases().stream()
        .map(one ->
            DynamicTest.dynamicTest(
                one.name(),
                () -> {
                  if (one.admitted().isEmpty()) {
                    admitsNothing(one);
                    return;
                  }
                  CompiledGrammar grammar =
                      CompiledGrammar.compile(GbnfParser.parse(one.grammar()));
                  assertThat(one.admitted()).as(one.grammar()).allMatch(grammar::accepts);
                  assertThat(one.refused()).as(one.grammar()).noneMatch(grammar::accepts);
                }))
        .toList();
  }

  /// A grammar of no text at all is refused; one whose texts are not among the case's is not.
  private static void admitsNothing(Case one) {
    try {
      CompiledGrammar grammar = CompiledGrammar.compile(GbnfParser.parse(one.grammar()));
      assertThat(one.refused()).as(one.grammar()).noneMatch(grammar::accepts);
    } catch (GrammarException e) {
      assertThat(e).as(one.grammar()).hasMessageContaining("the grammar admits nothing");
    }
  }

  @Test
  void theTextsAreOfBothKinds() throws IOException {
    List<Case> cases = cases();
    assertThat(cases).hasSize(173);
    assertThat(cases.stream().mapToInt(one -> one.admitted().size()).sum()).isEqualTo(434);
    assertThat(cases.stream().mapToInt(one -> one.refused().size()).sum()).isEqualTo(1023);
  }

  private static List<Case> cases() throws IOException {
    String name = "/puna/grammar/llamacpp-acceptance.jsonl";
    try (InputStream stream = LlamaCppAcceptanceTest.class.getResourceAsStream(name)) {
      String lines =
          new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
      return lines.lines().map(LlamaCppAcceptanceTest::read).toList();
    }
  }

  private static Case read(String line) {
    JsonObject json = (JsonObject) Json.parse(line, "case");
    return new Case(
        text(json.get("name").orElseThrow()),
        text(json.get("grammar").orElseThrow()),
        texts(json.get("admitted").orElseThrow()),
        texts(json.get("refused").orElseThrow()));
  }

  private static List<String> texts(JsonValue array) {
    return ((JsonArray) array).elements().stream().map(LlamaCppAcceptanceTest::text).toList();
  }

  private static String text(JsonValue value) {
    return ((JsonString) value).value();
  }
}
