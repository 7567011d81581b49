package puna.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import puna.error.JsonException;
import puna.json.Description;
import puna.json.Json;
import puna.json.JsonName;
import puna.json.JsonValue.JsonObject;

class ToolsTest {
  enum Unit {
    CELSIUS,
    FAHRENHEIT
  }

  record Forecast(String city, double degrees) {}

  /// Tools of a weather station.
  public static final class Station {
    private int readings;

    @Description("The forecast for a city.")
    public Forecast forecast(
        @Description("its name") String city, Unit unit, Optional<Integer> days) {
      readings++;
      return new Forecast(city, unit == Unit.CELSIUS ? 20 + days.orElse(0) : 68);
    }

    @Description("Forgets all readings.")
    public void reset() {
      readings = 0;
    }

    @Description("How many readings there were.")
    public int readings() {
      return readings;
    }

    @Description("Always fails.")
    public String fail() throws java.io.IOException {
      throw new java.io.IOException("no wire");
    }

    public String notATool() {
      return "";
    }
  }

  @Test
  void takesEachDescribedMethodForATool() throws InterruptedException {
    List<AgentTool> tools = Tools.of(new Station());
    assertThat(tools)
        .extracting(tool -> tool.tool().name())
        .containsExactly("fail", "forecast", "readings", "reset");
    assertThat(tools.get(1).tool().description()).isEqualTo("The forecast for a city.");
    assertThat(Json.write(tools.get(1).tool().parameters()))
        .isEqualTo(
            "{\"type\":\"object\",\"properties\":{"
                + "\"city\":{\"type\":\"string\",\"description\":\"its name\"},"
                + "\"unit\":{\"enum\":[\"CELSIUS\",\"FAHRENHEIT\"]},"
                + "\"days\":{\"type\":[\"integer\",\"null\"],\"minimum\":-2147483648,\"maximum\":2147483647}},"
                + "\"required\":[\"city\",\"unit\"],\"additionalProperties\":false}");
    assertThat(call(tools.get(1), "{\"city\":\"Oslo\",\"unit\":\"CELSIUS\",\"days\":3}"))
        .isEqualTo("{\"city\":\"Oslo\",\"degrees\":23.0}");
    assertThat(call(tools.get(1), "{\"city\":\"Oslo\",\"unit\":\"FAHRENHEIT\"}"))
        .isEqualTo("{\"city\":\"Oslo\",\"degrees\":68.0}");
    assertThat(call(tools.get(1), "{\"city\":\"Oslo\",\"unit\":\"FAHRENHEIT\",\"days\":null}"))
        .isEqualTo("{\"city\":\"Oslo\",\"degrees\":68.0}");
    assertThat(call(tools.get(2), "{}")).isEqualTo("3");
    assertThat(call(tools.get(3), "{}")).isEqualTo("done");
    assertThat(call(tools.get(2), "{}")).isEqualTo("0");
  }

  @Test
  void refusesArgumentsThatDoNotFit() {
    AgentTool forecast = Tools.of(new Station()).get(1);
    for (String arguments :
        List.of(
            "{\"unit\":\"CELSIUS\"}",
            "{\"city\":1,\"unit\":\"CELSIUS\"}",
            "{\"city\":\"Oslo\",\"unit\":\"KELVIN\"}",
            "{\"city\":\"Oslo\",\"unit\":\"CELSIUS\",\"wind\":1}")) {
      assertThatThrownBy(() -> call(forecast, arguments)).isInstanceOf(JsonException.class);
    }
  }

  @Test
  void passesOnWhatAMethodThrows() {
    AgentTool fail = Tools.of(new Station()).getFirst();
    assertThatThrownBy(() -> call(fail, "{}"))
        .isInstanceOf(ToolException.class)
        .hasMessage("no wire");
  }

  /// Tools of a shop, with parameters of many types.
  public static final class Shop {
    @Description("Sells.")
    public Map<Unit, Integer> sell(
        @JsonName("class") int[] kind,
        OptionalInt count,
        Map<Unit, Integer> stock,
        List<Forecast> f) {
      return Map.of(Unit.CELSIUS, kind.length + count.orElse(10) + stock.size() + f.size());
    }
  }

  @Test
  void readsParametersOfAnyTypeByTheirNames() throws InterruptedException {
    AgentTool sell = Tools.of(new Shop()).getFirst();
    assertThat(Json.write(sell.tool().parameters()))
        .contains("\"required\":[\"class\",\"stock\",\"f\"]");
    assertThat(call(sell, "{\"class\":[1,2],\"count\":null,\"stock\":{\"CELSIUS\":1},\"f\":[]}"))
        .isEqualTo("{\"CELSIUS\":13}");
    assertThatThrownBy(
            () -> call(sell, "{\"class\":[1,2],\"count\":1,\"stock\":{\"K\":1},\"f\":[]}"))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("$.stock.K: expected one of CELSIUS, FAHRENHEIT");
  }

  /// A tool whose result cannot be written.
  public static final class Spinner {
    @Description("Spins.")
    public Thread spin() {
      return Thread.currentThread();
    }
  }

  @Test
  void refusesResultsThatCannotBeWritten() {
    assertThatThrownBy(() -> Tools.of(new Spinner()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the result of spin: java.lang.Thread")
        .hasMessageContaining("has no JSON form; use records");
  }

  @Test
  void refusesObjectsWithoutTools() {
    assertThatThrownBy(() -> Tools.of("text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.String has no public method with a @Description");
  }

  @Test
  void takesRecordsForParameters() throws InterruptedException {
    record Place(String city) {}
    AgentTool tool = AgentTool.of("greet", "Greets.", Place.class, p -> Map.of("hi", p.city()));
    assertThat(call(tool, "{\"city\":\"Oslo\"}")).isEqualTo("{\"hi\":\"Oslo\"}");
    assertThat(tool.tool().parameters().get("required")).isPresent();
  }

  private static String call(AgentTool tool, String arguments) throws InterruptedException {
    return tool.function().call((JsonObject) Json.parse(arguments, "arguments"));
  }
}
