package puna.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.error.JsonException;

class JsonBindingTest {
  enum Color {
    RED,
    GREEN
  }

  sealed interface Figure {
    record Circle(double radius) implements Figure {}

    record Square(@Description("in metres") int side) implements Figure {}
  }

  @Description("A parcel")
  record Parcel(
      String name,
      @Description("how many") int count,
      List<Figure> figures,
      Set<Color> colors,
      Map<String, BigDecimal> prices,
      Optional<LocalDate> due,
      boolean open,
      BigInteger number) {}

  record Tree(String label, List<Tree> children) {}

  record Positive(int value) {
    Positive {
      if (value <= 0) {
        throw new IllegalArgumentException("must be positive");
      }
    }
  }

  record Strange(Thread thread) {}

  private static final String PARCEL =
      "{\"name\":\"n\",\"count\":2,\"figures\":[{\"type\":\"Circle\",\"radius\":1.5},"
          + "{\"type\":\"Square\",\"side\":3}],\"colors\":[\"RED\"],\"prices\":{\"a\":1.10},"
          + "\"due\":\"2026-02-28\",\"open\":true,\"number\":12345678901234567890}";

  private static JsonValue json(String text) {
    return Json.parse(text, "test");
  }

  @Test
  void readsAndWritesRecordsWithAllThatTheyHold() {
    Parcel parcel = JsonBinding.read(json(PARCEL), Parcel.class);

    assertThat(parcel.figures()).containsExactly(new Figure.Circle(1.5), new Figure.Square(3));
    assertThat(parcel.colors()).containsExactly(Color.RED);
    assertThat(parcel.prices()).containsEntry("a", new BigDecimal("1.10"));
    assertThat(parcel.due()).contains(LocalDate.of(2026, 2, 28));
    assertThat(Json.write(JsonBinding.write(parcel))).isEqualTo(PARCEL);
  }

  @Test
  void tellsWhatJsonDoesNotHave() {
    record Gaps(@Nullable String text, double number) {}
    List<@Nullable Object> told = new ArrayList<>();
    told.add(new Gaps(null, Double.NaN));
    told.add(null);
    told.add(Float.POSITIVE_INFINITY);
    told.add(1.5);
    assertThat(Json.write(JsonBinding.tell(told)))
        .isEqualTo("[{\"text\":null,\"number\":\"NaN\"},null,\"Infinity\",1.5]");
    assertThatThrownBy(() -> JsonBinding.write(told)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesWholeNumbersInAnySpelling() {
    assertThat(JsonBinding.read(json("1.0"), int.class)).isEqualTo(1);
    assertThat(JsonBinding.read(json("1e2"), Long.class)).isEqualTo(100L);
  }

  @Test
  void keepsNegativeZero() {
    assertThat(JsonBinding.read(JsonBinding.write(-0.0f), float.class)).isEqualTo(-0.0f);
    assertThat(JsonBinding.read(JsonBinding.write(-0.0), double.class)).isEqualTo(-0.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"count\":2|\"count\":2.5|$.count: expected a whole number of type int, found 2.5",
        "\"count\":2|\"count\":3000000000|$.count: expected a whole number of type int",
        "\"count\":2|\"count\":1e999999999|$.count: expected a whole number of type int",
        "\"side\":3|\"side\":\"3\"|$.figures[1].side: expected a whole number of type int, found \"3\"",
        "\"RED\"|\"BLUE\"|$.colors[0]: expected one of RED, GREEN, found \"BLUE\"",
        "Circle|Oval|$.figures[0].type: expected one of Circle, Square, found \"Oval\"",
        "2026-02-28|2026-02-30|$.due: expected a LocalDate, found \"2026-02-30\"",
        "\"open\":true,||$.open: required, but missing",
        "\"open\":true|\"open\":true,\"x\":1|Parcel has no component of the name \"x\""
      })
  void namesPathRuleAndWhatWasFound(String part, String replacement, String message) {
    String text = PARCEL.replace(part, replacement == null ? "" : replacement);
    assertThatThrownBy(() -> JsonBinding.read(json(text), Parcel.class))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining(message);
  }

  @Test
  void saysWhatAConstructorDidNotTake() {
    assertThatThrownBy(() -> JsonBinding.read(json("{\"value\":0}"), Positive.class))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("$: Positive does not take these values")
        .hasMessageContaining("must be positive");
  }

  @Test
  void refusesTypesWithoutJsonForm() {
    assertThatThrownBy(() -> JsonSchemas.of(Strange.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Strange.thread: java.lang.Thread has no JSON form");
  }

  @Test
  void describesRecords() {
    String schema = Json.write(JsonSchemas.of(Parcel.class));

    assertThat(schema)
        .startsWith("{\"type\":\"object\",\"description\":\"A parcel\",\"properties\":{")
        .contains("\"description\":\"how many\"")
        .contains("{\"const\":\"Circle\"}")
        .contains("\"due\":{\"type\":[\"string\",\"null\"],\"format\":\"date\"}")
        .contains(
            "\"required\":[\"name\",\"count\",\"figures\",\"colors\",\"prices\",\"open\",\"number\"]")
        .endsWith("\"additionalProperties\":false}");
  }

  @Test
  void describesRecordsThatContainThemselves() {
    assertThat(Json.write(JsonSchemas.of(Tree.class)))
        .isEqualTo(
            "{\"$ref\":\"#/$defs/Tree\",\"$defs\":{\"Tree\":{\"type\":\"object\",\"properties\":"
                + "{\"label\":{\"type\":\"string\"},\"children\":{\"type\":\"array\",\"items\":"
                + "{\"$ref\":\"#/$defs/Tree\"}}},\"required\":[\"label\",\"children\"],"
                + "\"additionalProperties\":false}}}");
  }
}
