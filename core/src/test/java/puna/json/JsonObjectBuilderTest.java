package puna.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

class JsonObjectBuilderTest {
  @Test
  void putsEveryKindOfValueInOrder() {
    JsonObject object =
        JsonObject.builder()
            .put("value", JsonNull.NULL)
            .put("text", "a \"quote\"")
            .put("whole", Long.MIN_VALUE)
            .put("number", 0.5)
            .put("truth", true)
            .put("inner", JsonObject.builder().put("a", 1))
            .put("list", List.of(JsonNumber.of(1), JsonNumber.of(2)))
            .putNull("nothing")
            .build();
    assertThat(Json.write(object))
        .isEqualTo(
            "{\"value\":null,\"text\":\"a \\\"quote\\\"\",\"whole\":-9223372036854775808,"
                + "\"number\":0.5,\"truth\":true,\"inner\":{\"a\":1},\"list\":[1,2],"
                + "\"nothing\":null}");
  }

  @Test
  void leavesOutWhatIsNotThere() {
    JsonObject object =
        JsonObject.builder()
            .putIfPresent("id", Optional.empty())
            .putIfPresent("name", Optional.of("Ada"))
            .putOrNull("title", Optional.empty())
            .putOrNull("place", Optional.of("London"))
            .build();
    assertThat(Json.write(object))
        .isEqualTo("{\"name\":\"Ada\",\"title\":null,\"place\":\"London\"}");
  }

  @Test
  void aMemberThatIsPutAgainStaysWhereItStands() {
    JsonObject object = JsonObject.builder().put("a", 1).put("b", 2).put("a", 3).build();
    assertThat(Json.write(object)).isEqualTo("{\"a\":3,\"b\":2}");
  }

  @Test
  void beginsWithAnotherObject() {
    JsonObject object = JsonObject.builder().put("a", 1).put("b", 2).build();
    JsonObject changed =
        object.toBuilder().remove("a").putAll(Map.of("c", new JsonString("d"))).build();
    assertThat(Json.write(changed)).isEqualTo("{\"b\":2,\"c\":\"d\"}");
    assertThat(Json.write(object)).isEqualTo("{\"a\":1,\"b\":2}");
    assertThat(object.toBuilder().get("a")).contains(JsonNumber.of(1));
    assertThat(object.toBuilder().remove("a").get("a")).isEmpty();
  }

  @Test
  void whatWasBuiltDoesNotChange() {
    JsonObject.Builder builder = JsonObject.builder().put("a", 1);
    JsonObject first = builder.build();
    builder.put("b", 2);
    assertThat(first.members()).containsOnlyKeys("a");
    assertThat(builder.build().members()).containsOnlyKeys("a", "b");
  }

  @Test
  void refusesWhatJsonCannotSay() {
    JsonObject.Builder builder = JsonObject.builder();
    assertThatThrownBy(() -> builder.put("a", Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("JSON has no number NaN");
    assertThatThrownBy(() -> builder.put("a", Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(builder.build().members()).isEmpty();
  }

  @Test
  @SuppressWarnings("NullAway") // nulls of callers that nobody checks
  void refusesNull() {
    JsonObject.Builder builder = JsonObject.builder();
    assertThatNullPointerException()
        .isThrownBy(() -> builder.put("a", (String) null))
        .withMessage("a");
    assertThatNullPointerException().isThrownBy(() -> builder.put("a", (JsonValue) null));
    assertThat(builder.build().members()).isEmpty();
  }
}
