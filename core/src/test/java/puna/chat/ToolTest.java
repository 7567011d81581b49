package puna.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;

class ToolTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"string\"}",
        "{\"type\": \"array\", \"items\": {}}",
        "{\"type\": [\"string\", \"null\"]}",
        "{\"type\": 1}"
      })
  void refusesArgumentsThatAreNoObject(String schema) {
    JsonObject parameters = (JsonObject) Json.parse(schema, "a test");
    assertThatThrownBy(() -> Tool.of("f", "", parameters))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be \"object\", found ");
    JsonObject tool =
        (JsonObject) Json.parse("{\"name\": \"f\", \"parameters\": " + schema + "}", "a test");
    assertThatThrownBy(() -> Tool.fromJson(tool))
        .isInstanceOf(JsonException.class)
        .hasMessageStartingWith("$.parameters: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"type\": \"object\"}",
        "{\"type\": [\"null\", \"object\"]}",
        "{\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"object\"}]}"
      })
  void takesWhatMayBeAnObject(String schema) {
    JsonObject parameters = (JsonObject) Json.parse(schema, "a test");
    assertThat(Tool.of("f", "", parameters).parameters()).isEqualTo(parameters);
  }

  @Test
  void refusesNamesAndTypes() {
    assertThatThrownBy(() -> Tool.of("a name", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found \"a name\"");
    assertThatThrownBy(() -> Tool.of("f", "", String.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found \"string\"");
  }
}
