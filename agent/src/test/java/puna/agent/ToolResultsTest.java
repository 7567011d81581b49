package puna.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.json.Description;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;

/// What methods return, and what the model reads of it.
class ToolResultsTest {
  record Distance(double d) {}

  record Name(String a) {}

  record Box<T>(T v) {}

  record Numbers(int[] xs) {}

  /// A tool for each type of result.
  @SuppressWarnings({"unused", "NullAway", "DataFlowIssue"})
  public static final class Results {
    @Description("")
    public int[] ints() {
      return new int[] {1, 2};
    }

    @Description("")
    public String[] strings() {
      return new String[] {"a"};
    }

    @Description("")
    public double[][] matrix() {
      return new double[][] {{1.5}, {}};
    }

    @Description("")
    public boolean[] truths() {
      return new boolean[] {true};
    }

    @Description("")
    public byte[] bytes() {
      return new byte[] {1, 2};
    }

    @Description("")
    public char letter() {
      return 'c';
    }

    @Description("")
    public char half() {
      return '\uD83D';
    }

    @Description("")
    public Optional<String> maybe() {
      return Optional.of("x");
    }

    @Description("")
    public Optional<String> nothing() {
      return Optional.empty();
    }

    @Description("")
    public OptionalInt maybeInt() {
      return OptionalInt.of(3);
    }

    @Description("")
    public OptionalLong maybeLong() {
      return OptionalLong.of(5);
    }

    @Description("")
    public LocalDateTime dateTime() {
      return LocalDateTime.of(2025, 1, 2, 3, 4);
    }

    @Description("")
    public ZonedDateTime zoned() {
      return ZonedDateTime.parse("2025-01-02T03:04:05+01:00[Europe/Berlin]");
    }

    @Description("")
    public YearMonth month() {
      return YearMonth.of(2025, 1);
    }

    @Description("")
    public Period period() {
      return Period.ofDays(1);
    }

    @Description("")
    public ZoneId zone() {
      return ZoneId.of("UTC");
    }

    @Description("")
    public URI uri() {
      return URI.create("http://x");
    }

    @Description("")
    public Path path() {
      return Path.of("/x/y");
    }

    @Description("")
    public Currency currency() {
      return Currency.getInstance("EUR");
    }

    @Description("")
    public File file() {
      return new File("a.txt");
    }

    @Description("")
    public double none() {
      return Double.NaN;
    }

    @Description("")
    public float infinite() {
      return Float.NEGATIVE_INFINITY;
    }

    @Description("")
    public Distance far() {
      return new Distance(Double.NaN);
    }

    @Description("")
    public List<String> gaps() {
      return Arrays.asList("a", null);
    }

    @Description("")
    public Map<String, Integer> mapGaps() {
      Map<String, Integer> map = new HashMap<>();
      map.put("a", null);
      return map;
    }

    @Description("")
    public Name nameless() {
      return new Name(null);
    }

    @Description("")
    public Box<Integer> box() {
      return new Box<>(1);
    }

    @Description("")
    public Numbers numbers() {
      return new Numbers(new int[] {1});
    }

    @Description("")
    public Object anything() {
      return List.of(1, "b");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "ints|[1,2]",
        "strings|[\"a\"]",
        "matrix|[[1.5],[]]",
        "truths|[true]",
        "bytes|\"AQI=\"",
        "letter|c",
        "half|\uFFFD",
        "maybe|x",
        "nothing|null",
        "maybeInt|3",
        "maybeLong|5",
        "dateTime|\"2025-01-02T03:04:00\"",
        "zoned|\"2025-01-02T03:04:05+01:00[Europe/Berlin]\"",
        "month|\"2025-01\"",
        "period|\"P1D\"",
        "zone|\"UTC\"",
        "uri|\"http://x\"",
        "path|\"/x/y\"",
        "currency|\"EUR\"",
        "file|\"a.txt\"",
        "none|NaN",
        "infinite|-Infinity",
        "far|{\"d\":\"NaN\"}",
        "gaps|[\"a\",null]",
        "mapGaps|{\"a\":null}",
        "nameless|{\"a\":null}",
        "box|{\"v\":1}",
        "numbers|{\"xs\":[1]}",
        "anything|[1,\"b\"]",
      })
  void whatAMethodReturnsIsWritten(String method, String expected) throws InterruptedException {
    AgentTool tool =
        Tools.of(new Results()).stream()
            .filter(made -> made.tool().name().equals(method))
            .findFirst()
            .orElseThrow();
    assertThat(tool.function().call((JsonObject) Json.parse("{}", "arguments")))
        .isEqualTo(expected);
  }

  /// A class with getters.
  public static final class Bean {
    public String getName() {
      return "x";
    }
  }

  /// Tools whose results can never be written; each is refused alone.
  public interface Refused {
    /// Counts how often it ran.
    final class WithBean {
      @Description("")
      public Bean fetch() {
        throw new AssertionError("it ran");
      }
    }

    /// Of a list.
    final class WithListOfBeans {
      @Description("")
      public List<Bean> fetch() {
        throw new AssertionError("it ran");
      }
    }

    /// Of a generic record.
    final class WithBoxOfBean {
      @Description("")
      public Box<Bean> fetch() {
        throw new AssertionError("it ran");
      }
    }

    /// A stream.
    final class WithStream {
      @Description("")
      public Stream<String> fetch() {
        throw new AssertionError("it ran");
      }
    }

    /// A future.
    final class WithFuture {
      @Description("")
      public Future<String> fetch() {
        throw new AssertionError("it ran");
      }
    }

    /// Another future.
    final class WithCompletableFuture {
      @Description("")
      public CompletableFuture<String> fetch() {
        throw new AssertionError("it ran");
      }
    }

    /// An iterator.
    final class WithIterator {
      @Description("")
      public Iterator<String> fetch() {
        throw new AssertionError("it ran");
      }
    }

    /// A class.
    final class WithClass {
      @Description("")
      public Class<?> fetch() {
        throw new AssertionError("it ran");
      }
    }

    /// An array of what cannot be written.
    final class WithThreads {
      @Description("")
      public Thread[] fetch() {
        throw new AssertionError("it ran");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Refused.WithBean.class,
        Refused.WithListOfBeans.class,
        Refused.WithBoxOfBean.class,
        Refused.WithStream.class,
        Refused.WithFuture.class,
        Refused.WithCompletableFuture.class,
        Refused.WithIterator.class,
        Refused.WithClass.class,
        Refused.WithThreads.class,
      })
  void whatCannotBeWrittenIsRefusedWithTheTool(Class<?> kind) throws ReflectiveOperationException {
    Object object = kind.getDeclaredConstructor().newInstance();
    assertThatThrownBy(() -> Tools.of(object))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the result of fetch")
        .hasMessageContaining("has no JSON form");
  }

  /// A tool whose type says nothing of what it returns.
  public static final class Open {
    private int runs;

    @Description("")
    public Object fetch() {
      runs++;
      List<Object> itself = new ArrayList<>();
      itself.add(itself);
      return runs == 1 ? Thread.currentThread() : itself;
    }
  }

  @Test
  void aToolThatRanIsNeverBroken() throws InterruptedException {
    AgentTool tool = Tools.of(new Open()).getFirst();
    JsonObject none = new JsonObject(Map.of());
    assertThat(tool.function().call(none))
        .startsWith("done; but its result cannot be shown: ")
        .contains("has no JSON form");
    assertThat(tool.function().call(none)).startsWith("done; but its result cannot be shown: ");
  }
}
