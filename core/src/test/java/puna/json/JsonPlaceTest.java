package puna.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.JsonException;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonObject;

class JsonPlaceTest {
  private static JsonPlace place(String json) {
    return JsonPlace.of(Json.parse(json, "a test"));
  }

  private static void refuses(String json, Function<JsonPlace, ?> read, String message) {
    assertThatThrownBy(() -> read.apply(place(json)))
        .isInstanceOf(JsonException.class)
        .hasMessage(message);
  }

  @Test
  void readsEveryKindOfValue() {
    JsonPlace all =
        place(
            """
            {"text": "a", "truth": true, "whole": -5, "point": 5.0, "number": 0.25,
             "inner": {"list": [1, [2]]}}
            """);
    assertThat(all.get("text").string()).isEqualTo("a");
    assertThat(all.get("truth").isTrue()).isTrue();
    assertThat(all.get("whole").whole()).isEqualTo(-5);
    assertThat(all.get("point").whole()).isEqualTo(5);
    assertThat(all.get("whole").integer(-5, 5)).isEqualTo(-5);
    assertThat(all.get("number").number()).isEqualTo(0.25);
    assertThat(all.get("inner").isObject()).isTrue();
    JsonPlace list = all.get("inner").get("list");
    assertThat(list.isArray()).isTrue();
    assertThat(list.elements().get(1).elements().getFirst().whole()).isEqualTo(2);
    assertThat(list.elements().get(1).elements().getFirst().path()).isEqualTo("$.inner.list[1][0]");
    assertThat(all.object().members()).hasSize(6);
    assertThat(list).hasToString("$.inner.list: [1,[2]]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"a\": null}"})
  void nullIsAsGoodAsAbsent(String json) {
    JsonPlace member = place(json).get("a");
    assertThat(member.isAbsent()).isTrue();
    assertThat(member.value()).isEqualTo(JsonNull.NULL);
    assertThat(member.map(JsonPlace::string)).isEmpty();
    assertThat(member.found()).isEqualTo("nothing");
    refuses(json, root -> root.get("a").string(), "$.a: must be a string, found nothing");
    refuses(json, root -> root.get("a").get("b"), "$.a: must be an object, found nothing");
  }

  @Test
  void refusesValuesOfAnotherKind() {
    refuses("[{\"a\": 1}]", root -> root.get("a"), "$: must be an object, found [{\"a\":1}]");
    refuses("{\"a\": {}}", root -> root.get("a").elements(), "$.a: must be an array, found {}");
    refuses(
        "{\"a\": 3}",
        root -> root.get("a").map(JsonPlace::string),
        "$.a: must be a string, found 3");
    refuses("{\"a\": 0}", root -> root.get("a").isTrue(), "$.a: must be true or false, found 0");
    refuses(
        "[\"x\"]",
        root -> root.elements().getFirst().number(),
        "$[0]: must be a finite number, found \"x\"");
    refuses("1e999", JsonPlace::number, "$: must be a finite number, found 1e999");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.5", "1e99", "9223372036854775808", "\"1\"", "true"})
  void refusesWhatIsNoInteger(String json) {
    refuses(json, JsonPlace::whole, "$: must be an integer, found " + json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "11", "5.0", "99999999999999999999", "\"1\""})
  void refusesIntegersOutOfBounds(String json) {
    refuses(json, place -> place.integer(0, 10), "$: must be an integer in 0..10, found " + json);
  }

  @Test
  void longValuesAreCutInMessages() {
    String json = '"' + "x".repeat(500) + '"';
    assertThat(place(json).found()).hasSize(81).endsWith("…");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | an object",
        "[] | an array",
        "\"\" | a string",
        "1 | a number",
        "true | a boolean",
        "null | null"
      })
  void tellsTheKindOfAValue(String json, String kind) {
    assertThat(place(json).kind()).isEqualTo(kind);
  }

  @Test
  void refusesWithTheCallersException() {
    JsonObject object =
        JsonObject.builder().put("a", List.of(JsonObject.builder().build())).build();
    JsonPlace root =
        JsonPlace.of(
            object,
            "",
            (place, fault, rule) ->
                new IllegalStateException("%s|%s|%s".formatted(place.path(), fault, rule)));
    JsonPlace inner = root.get("a").elements().getFirst();
    assertThatThrownBy(() -> inner.get("b").string())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a[0].b|MISSING|must be a string");
    assertThat(inner.refusal("must not be empty"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a[0]|VALUE|must not be empty");
    assertThat(inner.wrongKind("must be text")).hasMessage("a[0]|KIND|must be text");
    assertThat(inner.unsupported("must be text")).hasMessage("a[0]|UNSUPPORTED|must be text");
    assertThat(inner.get("b").refusal("must be 3")).hasMessage("a[0].b|MISSING|must be 3");
  }
}
