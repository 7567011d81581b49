package puna.chat.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.chat.tools.LiteralReader.Dialect;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

class LiteralReaderTest {
  @Test
  void readsPythonAsItsOwnParserDoes() throws IOException {
    List<String> wrong = new ArrayList<>();
    int read = 0;
    int refused = 0;
    for (String line : lines()) {
      JsonObject row = (JsonObject) Json.parse(line, "python-literals.jsonl");
      String text = ((JsonString) row.get("text").orElseThrow()).value();
      Optional<JsonValue> found = LiteralReader.parse(text + "\n", Dialect.PYTHON);
      Optional<JsonValue> wanted = row.get("value");
      if (!found.map(LiteralReaderTest::plain).equals(wanted.map(LiteralReaderTest::plain))) {
        wrong.add(text + " is " + wanted + ", read as " + found);
      }
      if (wanted.isPresent()) {
        read++;
      } else {
        refused++;
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(read).isEqualTo(2600);
    assertThat(refused).isEqualTo(1700);
  }

  /// What is given on piece by piece is the same value, in JSON; in strict JSON but for equal keys.
  @Test
  void givesOnJsonOfTheSameValue() throws IOException {
    int equalKeys = 0;
    for (String line : lines()) {
      JsonObject row = (JsonObject) Json.parse(line, "python-literals.jsonl");
      String text = ((JsonString) row.get("text").orElseThrow()).value() + "\n";
      LiteralReader reader = new LiteralReader(Dialect.PYTHON);
      StringBuilder json = new StringBuilder();
      for (int i = 0; i < text.length() && reader.append(text.charAt(i)); i++) {
        json.append(reader.takeText());
      }
      Optional<JsonValue> value = row.get("value").flatMap(_ -> reader.end());
      json.append(reader.takeText());
      if (value.isPresent()) {
        assertThat(LiteralReader.parse(json.toString(), Dialect.JSON)).as(text).isEqualTo(value);
        try {
          Json.parse(json.toString(), "the text");
        } catch (JsonException e) {
          assertThat(e).as(text).hasMessageContaining("each key may occur once");
          equalKeys++;
        }
      }
    }
    assertThat(equalKeys).isLessThan(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"a\": [1, -2.5e-3, true, false, null, \"\\u00e9\\n\\/\"]}",
        "  [ 1 ,\n2 ] ",
        "\"\"",
        "\"\\ud83d\\ude00\"",
        "0",
        "-0",
        "1E400"
      })
  void readsJson(String text) {
    JsonValue value = Json.parse(text, "a test");
    assertThat(LiteralReader.parse(text, Dialect.JSON)).contains(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"a\\/b\" | a/b",
        "'a\\/b' | a\\/b",
        "\"a\\'b\" | a'b",
        "\"\\x41\\d\" | A\\d",
        "r\"a\\/b\" | a\\/b"
      })
  void readsEscapesOfBothInJson(String text, String value) {
    assertThat(LiteralReader.parse(text, Dialect.JSON)).contains(new JsonString(value));
  }

  @Test
  void takesWhatReadersOfJsonTake() {
    String deep = "[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH);
    assertThat(LiteralReader.parse(deep, Dialect.JSON)).contains(Json.parse(deep, "a test"));
    assertThat(LiteralReader.parse("[" + deep + "]", Dialect.JSON)).isEmpty();
    String digits = "7".repeat(NumberText.MAX_LENGTH);
    assertThat(LiteralReader.parse(digits, Dialect.JSON)).contains(Json.parse(digits, "a test"));
    assertThat(LiteralReader.parse(digits + "7", Dialect.JSON)).isEmpty();
    assertThat(LiteralReader.parse("-".repeat(100_000) + "1", Dialect.PYTHON)).isEmpty();
    assertThat(LiteralReader.parse("0x" + "f".repeat(998), Dialect.PYTHON)).isEmpty();
  }

  @Test
  void knowsWhatIsNoLiteralAtItsFirstWrongCharacter() {
    for (String text : List.of("{x", "[1 2", "Tx", "{\"a\" 1", "\"a\nb", "01", "[f(", "nul l")) {
      LiteralReader reader = new LiteralReader(Dialect.JSON);
      int taken = 0;
      while (taken < text.length() && reader.append(text.charAt(taken))) {
        taken++;
      }
      assertThat(taken == text.length() ? reader.end() : Optional.empty()).as(text).isEmpty();
      assertThat(taken).as(text).isGreaterThanOrEqualTo(text.length() - 2);
    }
  }

  /// Numbers by value: Python's floats are doubles.
  private static Object plain(JsonValue value) {
    return switch (value) {
      case JsonNumber(String text) -> number(text);
      case JsonArray(List<JsonValue> elements) ->
          elements.stream().map(LiteralReaderTest::plain).toList();
      case JsonObject(Map<String, JsonValue> members) -> {
        List<Object> pairs = new ArrayList<>();
        members.forEach((key, member) -> pairs.add(List.of(key, plain(member))));
        yield pairs;
      }
      default -> value;
    };
  }

  private static Object number(String text) {
    boolean whole = text.chars().allMatch(c -> c == '-' || Character.isDigit(c));
    return whole
        ? new BigInteger(text)
        : Double.valueOf(new BigDecimal(text).doubleValue() + 0.0); // -0.0 is 0.0
  }

  private static List<String> lines() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    LiteralReaderTest.class.getResourceAsStream("python-literals.jsonl.gz")),
                UTF_8))) {
      return reader.lines().toList();
    }
  }
}
