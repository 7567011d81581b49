package puna.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Type;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import puna.error.JsonException;

class RefusedTypesTest {
  record Never(Never never) {}

  record First(int x, Second second) {}

  record Second(First first) {}

  sealed interface Endless {
    record Step(Endless next) implements Endless {}
  }

  record Grow<T>(Optional<Grow<List<T>>> next) {}

  record Box<V>(V value) {}

  record Holder(List<Thread> threads) {}

  record Dates(Map<LocalDate, Integer> byDate) {}

  record Anything(Object value) {}

  record Sorted(SortedSet<Box<String>> boxes) {}

  record Doubtful(Optional<Optional<String>> maybe) {}

  enum None {}

  sealed interface Tagged {
    record WithType(String type) implements Tagged {}
  }

  sealed interface Circle {
    record Round(double r) implements Circle {}
  }

  private static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(Never.class, "Never.never: every value would be infinite; use Optional"),
        Arguments.of(First.class, "First.second → Second.first: every value would be infinite"),
        Arguments.of(Endless.class, "every value would be infinite"),
        Arguments.of(new JsonType<Grow<String>>() {}.type(), "Grow.next: types may be nested"),
        Arguments.of(Box.class, "Box.value: V has no type argument; say it, as in new JsonType<"),
        Arguments.of(
            Holder.class, "Holder.threads: java.lang.Thread has no JSON form; use records"),
        Arguments.of(Dates.class, "Dates.byDate: a map's keys must be strings, enums or whole"),
        Arguments.of(Anything.class, "Anything.value: java.lang.Object has no JSON form"),
        Arguments.of(List.class, "java.util.List has no JSON form"),
        Arguments.of(Sorted.class, "Sorted.boxes: java.util.SortedSet"),
        Arguments.of(Doubtful.class, "Doubtful.maybe: java.util.Optional"),
        Arguments.of(None.class, "an enum without constants has no values"),
        Arguments.of(Tagged.class, "choose another member by @JsonTag"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesWhatCannotBeRead(Type type, String message) {
    assertThatThrownBy(() -> JsonSchemas.of(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void keepsTheTagOfARecordThatIsAskedForItself() {
    JsonValue written = JsonBinding.write(new Circle.Round(1));
    assertThat(Json.write(written)).isEqualTo("{\"type\":\"Round\",\"r\":1.0}");
    assertThat(JsonBinding.read(written, Circle.Round.class)).isEqualTo(new Circle.Round(1));
    JsonValue bare = Json.parse("{\"r\":1.0}", "text");
    assertThat(JsonBinding.read(bare, Circle.Round.class)).isEqualTo(new Circle.Round(1));
    JsonValue other = Json.parse("{\"type\":\"Flat\",\"r\":1.0}", "text");
    assertThatThrownBy(() -> JsonBinding.read(other, Circle.Round.class))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("$.type: expected \"Round\", found \"Flat\"");
  }
}
