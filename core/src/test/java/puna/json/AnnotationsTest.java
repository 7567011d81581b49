package puna.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.JsonException;

class AnnotationsTest {
  enum Level {
    @JsonProperty("very high")
    HIGH,
    LOW
  }

  record Order(
      @JsonProperty("order_id") @JsonPropertyDescription("as printed") @Min(1) @Max(9) int id,
      @JsonName("class") Level level,
      @NotNull @Pattern(regexp = "[A-Z]+|x") @Size(max = 3) String code,
      @NotBlank @Pattern(regexp = "..") String name,
      @Positive @DecimalMax(value = "10.5", inclusive = false) BigDecimal price,
      @Size(min = 1, max = 2) List<Integer> counts,
      @NotEmpty Map<String, Integer> stock,
      @Email @JsonProperty Optional<String> mail,
      @Positive Optional<Integer> rank) {}

  private static final String ORDER =
      "{\"order_id\":3,\"class\":\"very high\",\"code\":\"AB\",\"name\":\"ab\",\"price\":10.4,"
          + "\"counts\":[1],\"stock\":{\"a\":1},\"mail\":\"a@b.c\",\"rank\":1}";

  record Misplaced(@Size(min = 1) int count) {}

  record Impossible(@Min(5) @Max(4) int count) {}

  record Distinct(@Size(min = 2) Set<String> words) {}

  record Ignoring(int x, @JsonIgnore int y) {}

  record Twice(@JsonName("a") int x, @JsonProperty("a") int y) {}

  private static Order read(String text) {
    return JsonBinding.read(Json.parse(text, "test"), Order.class);
  }

  @Test
  void readsAndWritesByTheNamesThatAreSaid() {
    Order order = read(ORDER);
    assertThat(order.id()).isEqualTo(3);
    assertThat(order.level()).isEqualTo(Level.HIGH);
    assertThat(Json.write(JsonBinding.write(order))).isEqualTo(ORDER);
  }

  @Test
  void putsConstraintsIntoTheSchema() {
    assertThat(Json.write(JsonSchemas.of(Order.class)))
        .contains(
            "\"order_id\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":9,\"description\":\"as printed\"}",
            "\"class\":{\"enum\":[\"very high\",\"LOW\"]}",
            "\"code\":{\"type\":\"string\",\"pattern\":\"^(?:[A-Z]+|x)$\",\"maxLength\":3}",
            "\"name\":{\"type\":\"string\",\"pattern\":\"[^\\\\s]\",\"allOf\":[{\"pattern\":\"^(?:..)$\"}]}",
            "\"price\":{\"type\":\"number\",\"exclusiveMinimum\":0,\"exclusiveMaximum\":10.5}",
            "\"minItems\":1,\"maxItems\":2",
            "\"minProperties\":1",
            "\"mail\":{\"type\":[\"string\",\"null\"],\"format\":\"email\"}",
            "\"rank\":{\"type\":[\"integer\",\"null\"],");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"order_id\":3|\"order_id\":10|$.order_id: expected a value with maximum 9, found 10",
        "\"code\":\"AB\"|\"code\":\"ABCD\"|$.code: expected a value with maxLength 3, found \"ABCD\"",
        "\"code\":\"AB\"|\"code\":\"a\"|$.code: expected a value with pattern",
        "\"name\":\"ab\"|\"name\":\"  \"|$.name: expected a value with pattern",
        "10.4|10.5|$.price: expected a value with exclusiveMaximum 10.5, found 10.5",
        "10.4|0.0|$.price: expected a value with exclusiveMinimum 0, found 0.0",
        "[1]|[1,2,3]|$.counts: expected a value with maxItems 2, found [1,2,3]",
        "{\"a\":1}|{}|$.stock: expected a value with minProperties 1, found {}",
        "a@b.c|abc|$.mail: expected a value with format \"email\", found \"abc\"",
        "\"rank\":1|\"rank\":0|$.rank: expected a value with exclusiveMinimum 0, found 0",
        "very high|HIGH|$.class: expected one of very high, LOW, found \"HIGH\""
      })
  void keepsConstraintsWhenReading(String part, String replacement, String message) {
    assertThatThrownBy(() -> read(ORDER.replace(part, replacement)))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining(message);
  }

  @Test
  void takesAbsentAndNullForEmptyWhateverTheConstraints() {
    Order order = read(ORDER.replace("\"a@b.c\",\"rank\":1", "null"));
    assertThat(order.mail()).isEmpty();
    assertThat(order.rank()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {Misplaced.class, Impossible.class, Distinct.class, Ignoring.class, Twice.class})
  void refusesAnnotationsThatCannotBeKept(Class<?> type) {
    assertThatThrownBy(() -> JsonSchemas.of(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(type.getSimpleName());
  }
}
