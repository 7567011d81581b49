package puna.json;

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
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.json.TypeShape.Bounds;
import puna.json.TypeShape.Text;
import puna.json.TypeShape.Whole;

/// The types of `java.time` in their ISO texts.
///
/// Where JSON Schema has a format for one, a pattern beside it takes away what Java does not read
/// (leap seconds, offsets beyond 18 hours). Years have four digits in the schema; others are
/// written and read as Java spells them, with a sign.
final class TimeTypes {
  private static final String DAY_OF_YEAR =
      "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
          + "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))";
  private static final String LEAP_YEAR =
      "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)";
  private static final String DATE = "(?:[0-9]{4}-" + DAY_OF_YEAR + "|" + LEAP_YEAR + "-02-29)";
  private static final String MINUTE = "(?:[01][0-9]|2[0-3]):[0-5][0-9]";
  private static final String SECOND = ":[0-5][0-9](?:\\.[0-9]{1,9})?";
  private static final String OFFSET = "(?:Z|[+-](?:(?:0[0-9]|1[0-7]):[0-5][0-9]|18:00))";
  private static final String LONG_OFFSET =
      "(?:[+-](?:(?:0[0-9]|1[0-7]):[0-5][0-9](?::[0-5][0-9])?|18:00))";

  private TimeTypes() {}

  static Map<Class<?>, TypeShape> shapes() {
    Map<Class<?>, TypeShape> shapes = new LinkedHashMap<>();
    String time = MINUTE + SECOND + OFFSET;
    String dateTime = "[0-9]{4}-[0-9]{2}-[0-9]{2}T" + time;
    text(shapes, LocalDate.class, "date", "", LocalDate::parse);
    text(shapes, LocalTime.class, "", MINUTE + "(?:" + SECOND + ")?", LocalTime::parse);
    text(shapes, LocalDateTime.class, "", DATE + "T" + MINUTE + SECOND, LocalDateTime::parse);
    text(shapes, OffsetDateTime.class, "date-time", dateTime, OffsetDateTime::parse);
    text(shapes, ZonedDateTime.class, "date-time", dateTime, ZonedDateTime::parse);
    text(shapes, Instant.class, "date-time", dateTime, Instant::parse);
    text(shapes, OffsetTime.class, "time", time, OffsetTime::parse);
    text(shapes, YearMonth.class, "", "[0-9]{4}-(?:0[1-9]|1[0-2])", YearMonth::parse);
    text(shapes, MonthDay.class, "", "--(?:" + DAY_OF_YEAR + "|02-29)", MonthDay::parse);
    text(shapes, Duration.class, "", duration(), Duration::parse);
    text(shapes, Period.class, "", period(), Period::parse);
    text(shapes, ZoneOffset.class, "", "(?:Z|" + LONG_OFFSET + ")", ZoneOffset::of);
    shapes.put(
        Year.class,
        new Whole(
            Year.class,
            Optional.of(new Bounds(Year.MIN_VALUE, Year.MAX_VALUE)),
            value -> Year.of(value.intValueExact())));
    shapes.put(ZoneId.class, new Text(ZoneId.class, zones(), ZoneId::of));
    return shapes;
  }

  /// Always with seconds, which the formats demand and `toString` leaves out.
  static Optional<String> write(Object value) {
    return switch (value) {
      case OffsetDateTime time -> Optional.of(DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time));
      case ZonedDateTime time -> Optional.of(DateTimeFormatter.ISO_ZONED_DATE_TIME.format(time));
      case LocalDateTime time -> Optional.of(DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time));
      case LocalTime time -> Optional.of(DateTimeFormatter.ISO_LOCAL_TIME.format(time));
      case OffsetTime time -> Optional.of(DateTimeFormatter.ISO_OFFSET_TIME.format(time));
      case ZoneId zone -> Optional.of(zone.getId());
      case LocalDate _, Instant _, YearMonth _, MonthDay _, Duration _, Period _ ->
          Optional.of(value.toString());
      default -> Optional.empty();
    };
  }

  private static void text(
      Map<Class<?>, TypeShape> shapes,
      Class<?> type,
      String format,
      String pattern,
      Function<String, Object> parse) {
    Map<String, JsonValue> keywords = new LinkedHashMap<>();
    if (!format.isEmpty()) {
      keywords.put("format", new JsonString(format));
    }
    if (!pattern.isEmpty()) {
      keywords.put("pattern", new JsonString("^" + pattern + "$"));
    }
    shapes.put(type, new Text(type, keywords, parse));
  }

  /// Days, hours, minutes and seconds that fit together; or more hours, as Java writes a long
  /// duration, with the minutes and seconds of one hour.
  private static String duration() {
    String few = "-?[0-9]{1,9}";
    String seconds = few + "(?:\\.[0-9]{1,9})?S";
    String time = "T(?:NH(?:NM)?(?:_)?|NM(?:_)?|_)";
    String usual = "(?:ND(?:" + time + ")?|" + time + ")";
    long mostHours = Long.MAX_VALUE / 3600 - 1;
    String hours = DigitPatterns.between(-mostHours, mostHours);
    String sixty = "-?[0-5]?[0-9]";
    String longest = "T" + hours + "H(?:" + sixty + "M)?(?:" + sixty + "(?:\\.[0-9]{1,9})?S)?";
    return "P(?:" + usual.replace("N", few).replace("_", seconds) + "|" + longest + ")";
  }

  private static String period() {
    String number = DigitPatterns.between(Integer.MIN_VALUE, Integer.MAX_VALUE);
    String days = "(?:ND|-?[0-9]{1,8}W)";
    return ("P(?:NY(?:NM)?(?:" + days + ")?|NM(?:" + days + ")?|" + days + ")")
        .replace("N", number);
  }

  /// The names of the time zones that this JVM knows, or an offset.
  private static Map<String, JsonValue> zones() {
    List<JsonValue> names =
        new TreeSet<>(ZoneId.getAvailableZoneIds())
            .stream().<JsonValue>map(JsonString::new).toList();
    String offset = "^(?:Z|(?:UTC|GMT|UT)?" + LONG_OFFSET + ")$";
    return Map.of(
        "anyOf",
        new JsonArray(
            List.of(
                new JsonObject(Map.of("enum", new JsonArray(names))),
                new JsonObject(Map.of("pattern", new JsonString(offset))))));
  }
}
