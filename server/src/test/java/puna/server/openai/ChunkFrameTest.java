package puna.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;

class ChunkFrameTest {
  @ParameterizedTest
  @ValueSource(strings = {"", " llama", "\"\\\n\t", "\u0001", "\ud83e\udd99", "\ud83e", "{}"})
  void isTheEventToTheLastByteWhateverTheClientCallsItsModel(String piece) {
    Function<String, JsonValue> event =
        text ->
            JsonObject.builder()
                .put("model", "\u0001")
                .put("delta", JsonObject.builder().put("content", text))
                .putNull("finish_reason")
                .build();
    assertThat(ChunkFrame.of(event).with(piece))
        .isEqualTo("data: " + Json.write(event.apply(piece)) + "\n\n");
  }
}
