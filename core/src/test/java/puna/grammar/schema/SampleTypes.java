package puna.grammar.schema;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedCollection;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import java.util.regex.Pattern;
import puna.json.JsonName;
import puna.json.JsonTag;
import puna.json.JsonType;
import puna.json.JsonValue.JsonNumber;

/// Types of every kind that has a JSON form.
final class SampleTypes {
  private SampleTypes() {}

  enum Color {
    RED,
    @JsonName("light green")
    GREEN,
    BLUE {
      @Override
      public String toString() {
        return "azure";
      }
    }
  }

  record Point(int x, int y) {}

  record Box<V>(V value) {}

  record Page<E>(List<E> items, int total, Optional<Page<E>> next) {}

  record Bounded<E extends Number>(E number) {}

  record Tree(String label, List<Tree> children) {}

  record Chain(Optional<Chain> next, OptionalInt value) {}

  record Renamed(@JsonName("class") String kind, @JsonName("default") Optional<Color> color) {}

  sealed interface Expression {
    record Constant(int value) implements Expression {}

    record Add(Expression left, Expression right) implements Expression {}
  }

  sealed interface Command {
    record Go(int steps) implements Command {}

    @JsonName("turn")
    record Turn(Color color) implements Command {}
  }

  enum Stop implements Sign {
    HALT,
    WAIT
  }

  sealed interface Sign permits Stop, Arrow {}

  record Arrow(boolean left) implements Sign {}

  @JsonTag("kind")
  sealed interface Event {
    record Typed(String type, int value) implements Event {}

    record Plain(long value) implements Event {}
  }

  sealed interface Node<X> {
    record Leaf<X>(X value) implements Node<X> {}

    record Fork<Y>(Node<Y> left, Node<Y> right) implements Node<Y> {}

    record IntNode(int value) implements Node<Integer> {}
  }

  record Numbers(
      byte a,
      Short b,
      int c,
      Long d,
      float e,
      Double f,
      BigInteger g,
      BigDecimal h,
      JsonNumber i) {}

  record Times(
      LocalDate a, LocalTime b, LocalDateTime c, OffsetDateTime d, Instant e, OffsetTime f) {}

  record MoreTimes(
      Duration a, Period b, Year c, YearMonth d, MonthDay e, ZoneOffset f, DayOfWeek g) {}

  record Texts(String a, CharSequence b, char c, Character d, UUID e, Locale f) {}

  record Names(URI a, Path b, boolean c, Boolean d) {}

  record Zones(ZoneId zone, ZonedDateTime time) {}

  record Arrays1(int[] a, String[] b, Point[] c, byte[] d, double[][] e, List<long[]> f) {}

  record Optionals(
      OptionalInt a, OptionalLong b, OptionalDouble c, Optional<String> d, Optional<Point> e) {}

  record Collections1(
      Set<Color> a,
      SortedSet<String> b,
      EnumSet<Color> c,
      Iterable<Integer> d,
      Collection<Boolean> e,
      SequencedCollection<Point> f) {}

  record Maps(
      Map<Color, Integer> a,
      EnumMap<Color, Point> b,
      Map<Integer, String> c,
      SortedMap<Byte, Boolean> d,
      LinkedHashMap<BigInteger, List<Point>> e) {}

  record Generics(
      Box<String> a, Box<Box<Point>> b, Page<Point> c, Bounded<Integer> d, Node<String> e) {}

  record Wild(List<? extends Point> a, List<? super Point> b, Box<int[]> c, Box<?>[] d) {}

  record Nulls(List<Optional<String>> a, Map<Color, OptionalInt> b, Optional<Optional1> c) {}

  record Optional1(Optional<Color> a) {}

  record Empty() {}

  /// Every component of the records above alone, and types that are no records.
  static List<Type> all() {
    List<Type> types = new ArrayList<>(wholes());
    for (Class<?> record :
        List.of(
            Numbers.class,
            Times.class,
            MoreTimes.class,
            Texts.class,
            Names.class,
            Zones.class,
            Arrays1.class,
            Optionals.class,
            Collections1.class,
            Maps.class,
            Generics.class,
            Wild.class,
            Nulls.class)) {
      types.add(record);
      Arrays.stream(record.getRecordComponents())
          .map(RecordComponent::getGenericType)
          .forEach(types::add);
    }
    types.add(Pattern.class);
    return types;
  }

  private static List<Type> wholes() {
    return List.of(
        Color.class,
        Point.class,
        Tree.class,
        Chain.class,
        Renamed.class,
        Expression.class,
        Expression.Add.class,
        Expression.Constant.class,
        Command.class,
        Command.Turn.class,
        Sign.class,
        Event.class,
        Event.Typed.class,
        Empty.class,
        int[].class,
        Point[].class,
        new JsonType<Page<Point>>() {}.type(),
        new JsonType<Page<Page<int[]>>>() {}.type(),
        new JsonType<Node<Integer>>() {}.type(),
        new JsonType<Optional<Point>>() {}.type(),
        new JsonType<List<Page<Color>>>() {}.type(),
        new JsonType<Map<String, List<Point>>>() {}.type(),
        new JsonType<Box<String>[]>() {}.type());
  }
}
