package puna.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
