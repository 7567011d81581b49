package puna.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.ParameterizedType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTypeTest {
  private record Point(int x, int y) {}

  private static class Points extends JsonType<List<Point>> {}

  private static final class MorePoints extends Points {}

  private abstract static class Of<T> extends JsonType<T> {}

  @Test
  void saysTheTypeWithItsArguments() {
    JsonType<List<Point>> type = new JsonType<>() {};
    assertThat(type.type()).isInstanceOf(ParameterizedType.class);
    assertThat(type).hasToString("java.util.List<" + Point.class.getName() + ">");
    assertThat(new JsonType<Map<String, List<Integer>>>() {})
        .hasToString("java.util.Map<java.lang.String, java.util.List<java.lang.Integer>>");
    assertThat(new JsonType<int[]>() {}.type()).isEqualTo(int[].class);
    assertThat(JsonType.of(Point.class).type()).isEqualTo(Point.class);
    assertThat(JsonType.of(int.class)).hasToString("int");
  }

  @Test
  void typesAreEqualHoweverTheyAreSaid() {
    assertThat(new JsonType<List<Point>>() {})
        .isEqualTo(new JsonType<List<Point>>() {})
        .isEqualTo(new Points())
        .hasSameHashCodeAs(new Points())
        .isNotEqualTo(new JsonType<List<Integer>>() {});
    assertThat(new JsonType<Point>() {})
        .isEqualTo(JsonType.of(Point.class))
        .hasSameHashCodeAs(JsonType.of(Point.class))
        .isNotEqualTo(JsonType.of(String.class))
        .isNotEqualTo(Point.class);
  }

  @Test
  @SuppressWarnings({"rawtypes", "unused"})
  void refusesASubclassThatDoesNotSayTheType() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new JsonType() {})
        .withMessageStartingWith(
            "a JSON type must be made as new JsonType<List<Point>>() {}, found class "
                + JsonTypeTest.class.getName());
    assertThatIllegalStateException()
        .isThrownBy(MorePoints::new)
        .withMessageEndingWith("found " + MorePoints.class);
    assertThatIllegalStateException().isThrownBy(() -> new Of<List<Point>>() {});
  }

  @Test
  @SuppressWarnings("NullAway") // nulls of callers that nobody checks
  void isNeverNull() {
    assertThatThrownBy(() -> JsonType.of((Class<?>) null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void refusesATypeVariable() {
    assertThatThrownBy(JsonTypeTest::<String>ofAVariable)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("T");
  }

  /// What a generic method of a caller looks like: `T` is not known at run time.
  private static <T> JsonValue ofAVariable() {
    return JsonSchemas.of(new JsonType<T>() {}.type());
  }
}
