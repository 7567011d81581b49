package puna.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.LocalDateTime;
import java.util.Arrays;
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

/// Parameters of all kinds, and what a class takes over from those that it extends.
class InheritedToolsTest {
  /// Described where it is declared.
  public interface Greeter {
    @Description("Greets somebody.")
    String greet(@Description("who") String name, @JsonName("n") int times);
  }

  /// Overrides without a word.
  public static final class Friendly implements Greeter {
    @Override
    public String greet(String name, int times) {
      return ("hi " + name + " ").repeat(times).strip();
    }
  }

  @Test
  void annotationsOfAnInterfaceCount() throws InterruptedException {
    AgentTool greet = Tools.of(new Friendly()).getFirst();
    assertThat(greet.tool().description()).isEqualTo("Greets somebody.");
    assertThat(Json.write(greet.tool().parameters()))
        .contains("\"description\":\"who\"", "\"required\":[\"name\",\"n\"]");
    assertThat(call(greet, "{\"name\":\"Al\",\"n\":2}")).isEqualTo("hi Al hi Al");
  }

  @Test
  void aProxyHasTheToolsOfItsInterfaces() throws InterruptedException {
    Object proxy =
        Proxy.newProxyInstance(
            Greeter.class.getClassLoader(),
            new Class<?>[] {Greeter.class},
            (_, method, arguments) -> method.getName() + Arrays.asList(arguments));
    AgentTool greet = Tools.of(proxy).getFirst();
    assertThat(call(greet, "{\"name\":\"Al\",\"n\":2}")).isEqualTo("greet[Al, 2]");
  }

  /// Of anything.
  public abstract static class Store<K, T> {
    private String last = "";

    @Description("Keeps a thing.")
    public T keep(K key, T thing, List<? extends T> more) {
      last = key + "=" + thing + more;
      return thing;
    }

    String last() {
      return last;
    }
  }

  /// Half of it fixed.
  public abstract static class Texts<A> extends Store<A, String> {}

  /// All of it fixed.
  public static final class TextsByNumber extends Texts<Integer> {}

  @Test
  void typeArgumentsOfTheClassArePutIn() throws InterruptedException {
    TextsByNumber store = new TextsByNumber();
    AgentTool keep = Tools.of(store).getFirst();
    assertThat(Json.write(keep.tool().parameters()))
        .contains("\"thing\":{\"type\":\"string\"}", "\"key\":{\"type\":\"integer\"");
    assertThat(call(keep, "{\"key\":1,\"thing\":\"a\",\"more\":[\"b\"]}")).isEqualTo("a");
    assertThat(store.last()).isEqualTo("1=a[b]");
    assertThatThrownBy(() -> call(keep, "{\"key\":1,\"thing\":2,\"more\":[]}"))
        .isInstanceOf(JsonException.class)
        .hasMessage("$.thing: expected a string, found 2");
  }

  /// Does something with a thing.
  public interface Work<T> {
    @Description("Works.")
    String work(T thing);
  }

  /// Overrides with the type itself, so that the compiler makes a bridge.
  public static final class TextWork implements Work<String> {
    @Override
    public String work(String thing) {
      return "worked on " + thing;
    }
  }

  @Test
  void aBridgeIsNoToolOfItsOwn() throws InterruptedException {
    List<AgentTool> tools = Tools.of(new TextWork());
    assertThat(tools).hasSize(1);
    assertThat(call(tools.getFirst(), "{\"thing\":\"it\"}")).isEqualTo("worked on it");
  }

  enum Color {
    RED
  }

  record Box<T>(T value) {}

  /// Parameters of all kinds.
  public static final class Kinds {
    @Description("")
    public String all(
        int[] ints,
        LocalDateTime when,
        OptionalInt maybe,
        Map<Color, Integer> colors,
        Map<Integer, String> numbers,
        Box<String> box,
        char letter,
        URI place,
        Optional<String> name) {
      return "%s %s %s %s %s %s %s %s %s"
          .formatted(Arrays.toString(ints), when, maybe, colors, numbers, box, letter, place, name);
    }
  }

  @Test
  void parametersOfAllKindsAreRead() throws InterruptedException {
    AgentTool all = Tools.of(new Kinds()).getFirst();
    String rest =
        "\"when\":\"2025-01-02T03:04:05\",\"colors\":{\"RED\":1},\"numbers\":{\"7\":\"x\"},"
            + "\"box\":{\"value\":\"v\"},\"letter\":\"c\",\"place\":\"http://x\"}";
    String expected =
        "[1] 2025-01-02T03:04:05 OptionalInt.empty {RED=1} {7=x} Box[value=v] c http://x"
            + " Optional.empty";
    assertThat(call(all, "{\"ints\":[1]," + rest)).isEqualTo(expected);
    assertThat(call(all, "{\"ints\":[1],\"name\":null,\"maybe\":null," + rest)).isEqualTo(expected);
    assertThatThrownBy(() -> call(all, "{\"ints\":[\"1\"]," + rest))
        .isInstanceOf(JsonException.class)
        .hasMessageStartingWith("$.ints[0]: expected a whole number");
  }

  /// A parameter without a JSON form.
  public static final class Odd {
    @Description("")
    public String use(Thread thread) {
      return thread.getName();
    }
  }

  @Test
  void aParameterThatCannotBeReadIsNamed() {
    assertThatThrownBy(() -> Tools.of(new Odd()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("use.thread: java.lang.Thread has no JSON form");
  }

  private static String call(AgentTool tool, String arguments) throws InterruptedException {
    return tool.function().call((JsonObject) Json.parse(arguments, "arguments"));
  }
}
