package puna.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.TestSeed;
import puna.error.JsonException;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

class JsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "false",
        "-0",
        "12345678901234567890123",
        "1.50e-7",
        "\"\"",
        "\"a\\\"b\\\\c\\n\\u0001é😀\"",
        "[]",
        "{}",
        "[1,[2,{\"a\":[]}],\"x\"]",
        "{\"b\":1,\"a\":{\"\":null}}"
      })
  void writesBackWhatItRead(String text) {
    JsonValue value = Json.parse(text, "test");
    assertThat(Json.write(value)).isEqualTo(text);
    assertThat(Json.parse(text.getBytes(StandardCharsets.UTF_8), "test")).isEqualTo(value);
    assertThat(Json.parse(Json.writeIndented(value), "test")).isEqualTo(value);
  }

  @Test
  void indentsByTwoSpaces() {
    assertThat(Json.writeIndented(Json.parse("{\"a\":[1,2],\"b\":{},\"c\":[]}", "test")))
        .isEqualTo("{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}");
  }

  @Test
  void keepsHalfASurrogatePairAsItsEscape() {
    JsonValue half = new JsonString("\ud800x");
    assertThat(Json.write(half)).isEqualTo("\"\\ud800x\"");
    assertThat(Json.parse(Json.write(half), "test")).isEqualTo(half);
  }

  @Test
  void skipsAByteOrderMark() {
    assertThat(Json.parse("\uFEFF7".getBytes(StandardCharsets.UTF_8), "test"))
        .isEqualTo(JsonNumber.of(7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "nul", "01", "1 2", "[1,]", "[1", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{a:1}",
        "'a'", "\"a", "\"a\nb\"", "\"\\x\"", "NaN", "+1", ".5", "1.", "// c\n1", "[1]]", "]", "}",
        ":", ",", "\"\\u12\"", "\u0000", "tru", "- 1"
      })
  void refusesWhatIsNotOneJsonValue(String text) {
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> Json.parse(text, "settings.json"))
        .withMessageMatching("settings\\.json: line \\d+, column \\d+: .+");
  }

  @Test
  void namesLineAndColumnOfADuplicateKey() {
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> Json.parse("{\"a\":1,\n  \"a\":2}", "x.json"))
        .withMessage("x.json: line 2, column 3: each key may occur once, found a second \"a\"");
  }

  @Test
  void namesLineAndColumnOfInvalidUtf8() {
    byte[] text = "[1,\n \"é?\"]".getBytes(StandardCharsets.UTF_8);
    text[8] = (byte) 0xff;
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> Json.parse(text, "x.json"))
        .withMessage("x.json: line 2, column 4: not valid UTF-8, found byte 0xff");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void refusesDeepNesting(String opening) {
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> Json.parse(opening.repeat(1_000_000), "deep.json"))
        .withMessageContaining("deep.json")
        .withMessageContaining("depth");
    String within = "[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH);
    assertThat(Json.write(Json.parse(within, "test"))).isEqualTo(within);
  }

  @Test
  void refusesEndlessNumbers() {
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> Json.parse("1".repeat(100_000), "n.json"))
        .withMessageContaining("n.json");
  }

  @Test
  void readsLongStringsAndNames() {
    String longText = "xyz".repeat(200_000);
    JsonValue value = new JsonObject(Map.of(longText, new JsonString(longText)));
    assertThat(Json.parse(Json.write(value), "test")).isEqualTo(value);
  }

  @Test
  void mutatedTextRaisesNothingButJsonException() {
    long seed = TestSeed.of(20260101);
    Random random = new Random(seed);
    byte[] original =
        Json.write(Json.parse("{\"a\":[1,2.5e3,true,null,\"é\\ud83d\\ude00\"],\"b\":{}}", "test"))
            .getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 20_000; round++) {
      byte[] mutated = original.clone();
      for (int change = random.nextInt(1, 4); change > 0; change--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(Json.write(Json.parse(mutated, "fuzz"))).isNotEmpty();
      } catch (JsonException e) {
        assertThat(e).as("seed %s round %d", seed, round).hasMessageStartingWith("fuzz: line ");
      }
    }
  }

  @Test
  void givesAccessToArrays() {
    assertThat(Json.parse("[1,2]", "test"))
        .isInstanceOfSatisfying(JsonArray.class, array -> assertThat(array.elements()).hasSize(2));
  }

  @Test
  void theLastOfEqualKeysCountsWhereThatIsWanted() {
    byte[] twice =
        "{\"a\": 1, \"b\": {\"c\": 1, \"c\": 2}, \"a\": 3}".getBytes(StandardCharsets.UTF_8);
    assertThat(Json.write(Json.parse(twice, "x.json", Json.EqualKeys.LAST_COUNTS)))
        .isEqualTo("{\"a\":3,\"b\":{\"c\":2}}");
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> Json.parse(twice, "x.json", Json.EqualKeys.REFUSED));
  }
}
