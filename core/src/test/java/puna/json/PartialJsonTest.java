package puna.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.JsonException;

class PartialJsonTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{|{}",
        "{\"na|{}",
        "{\"name\"|{}",
        "{\"name\":|{}",
        "{\"name\": \"A|{\"name\":\"A\"}",
        "{\"name\": \"A\\|{\"name\":\"A\"}",
        "{\"name\": \"A\\u00|{\"name\":\"A\"}",
        "{\"name\": \"A\\ud83d|{\"name\":\"A\"}",
        "{\"name\": \"A\\ud83d\\ude00|{\"name\":\"A😀\"}",
        "{\"name\": \"A\", \"age|{\"name\":\"A\"}",
        "{\"name\": \"A\", \"age\": 4|{\"name\":\"A\"}",
        "{\"name\": \"A\", \"age\": 42,|{\"name\":\"A\",\"age\":42}",
        "[1, [tru|[1,[]]",
        "[1, [true, {\"a\": \"|[1,[true,{\"a\":\"\"}]]",
        "[1, 2]|[1,2]",
        "true|true",
        "\"hel|\"hel\""
      })
  void closesWhatIsOpen(String beginning, String value) {
    assertThat(PartialJson.read(beginning).map(Json::write)).contains(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "tr", "-", "1e"})
  void hasNoValueBeforeItBegins(String beginning) {
    assertThat(PartialJson.read(beginning)).isEmpty();
  }

  @Test
  void readsEveryBeginningOfAText() {
    String text =
        "{\"a\": [1, -2.5e3, {\"b\\n\\u00e9\\ud83d\\ude00\": null}], \"c\": \"x\\\"y😀\", \"d\": {}}";
    for (int end = 0; end <= text.length(); end++) {
      String beginning = text.substring(0, end);
      assertThatCode(() -> PartialJson.read(beginning)).as(beginning).doesNotThrowAnyException();
    }
    assertThat(PartialJson.read(text)).contains(Json.parse(text, "text"));
  }

  @Test
  void refusesWhatCannotBecomeJson() {
    assertThatThrownBy(() -> PartialJson.read("{\"a\": 1 ] ,")).isInstanceOf(JsonException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\" 1",
        "{\"a\",",
        "{a",
        "{,",
        "{\"a\": 1,}",
        "[1,]",
        "[,",
        "[1 2",
        "]",
        "}",
        "[}",
        "{} x",
        "1 2",
        "01",
        "-a",
        "1..",
        "[1.]",
        "+",
        "trux",
        "[tru,",
        "nul]",
        "'",
        "\"\\x",
        "\"\\u00g",
        "\"a\n",
        "{\"a\": 1, \"a\"",
        "{\"a\": }"
      })
  void refusesAtTheFirstWrongCharacter(String beginning) {
    assertThatThrownBy(() -> PartialJson.read(beginning))
        .isInstanceOf(JsonException.class)
        .hasMessageStartingWith("unfinished JSON: character " + beginning.length() + ": expected ");
  }

  @Test
  void refusesWhatIsDeeperThanJsonMayBe() {
    String deep = "[".repeat(Json.MAX_DEPTH);
    assertThat(PartialJson.read(deep)).isPresent();
    assertThatThrownBy(() -> PartialJson.read(deep + "[")).isInstanceOf(JsonException.class);
    String digits = "1".repeat(1000);
    assertThat(PartialJson.read(digits)).contains(new JsonValue.JsonNumber(digits));
    assertThatThrownBy(() -> PartialJson.read(digits + "1")).isInstanceOf(JsonException.class);
  }

  @Test
  void tellsWhetherTheValueHasGrown() {
    PartialJson json = new PartialJson();
    String text =
        " {\"a\": [1, -2.5e3, {\"b\\n\\u00e9\": null}], \"c\": \"x\\\"\\ud83d\\ude00😀y\"} ";
    Optional<JsonValue> before = Optional.empty();
    for (int i = 0; i < text.length(); i++) {
      boolean grown = json.append(text.substring(i, i + 1));
      assertThat(json.value()).isEqualTo(PartialJson.read(text.substring(0, i + 1)));
      assertThat(grown).as(text.substring(0, i + 1)).isEqualTo(!json.value().equals(before));
      before = json.value();
    }
    assertThat(before).contains(Json.parse(text, "text"));
  }

  @Test
  void anEarlierValueStaysAsItWas() {
    PartialJson json = new PartialJson();
    json.append("{\"a\": [1, \"x");
    Optional<JsonValue> early = json.value();
    json.append("y\", 2], \"b\": true}");
    assertThat(early.map(Json::write)).contains("{\"a\":[1,\"x\"]}");
    assertThat(json.value().map(Json::write)).contains("{\"a\":[1,\"xy\",2],\"b\":true}");
  }
}
