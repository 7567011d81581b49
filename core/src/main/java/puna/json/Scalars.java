package puna.json;

import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Currency;
import java.util.HashMap;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import puna.json.JsonValue.JsonString;
import puna.json.TypeShape.Bounds;
import puna.json.TypeShape.Decimal;
import puna.json.TypeShape.Text;
import puna.json.TypeShape.Whole;

/// The types that are one JSON number, string or truth value, and `byte[]`, which is base64.
final class Scalars {
  static final Map<Class<?>, TypeShape> SHAPES = shapes();

  private static final String BASE64 =
      "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$";

  /// Java's URI wants something behind the colon, and a host that begins with a letter or digit.
  private static final String URI_OF_JAVA =
      "^[A-Za-z][A-Za-z0-9+.-]*:(?:///?)?[A-Za-z0-9][!-Z_a-z~]*$";

  /// ASCII, for what other characters a path may have depends on the machine.
  private static final String PATH = "^[ -~]*$";

  private static final String LOCALE = "^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?$";

  /// Written as strings, and not read: no schema says which strings these would be.
  private static final Set<Class<?>> WRITTEN_ONLY = Set.of(Currency.class, URL.class, File.class);

  private Scalars() {}

  /// Whether values of the type are written as one number, string or truth value.
  static boolean isWritten(Class<?> type) {
    return SHAPES.containsKey(type) || WRITTEN_ONLY.contains(type);
  }

  /// The string that a value is written as; empty where it is none.
  static Optional<String> write(Object value) {
    return switch (value) {
      case CharSequence text -> Optional.of(text.toString());
      case Character unit when !Character.isSurrogate(unit) -> Optional.of(unit.toString());
      case byte[] bytes -> Optional.of(Base64.getEncoder().encodeToString(bytes));
      case UUID id -> Optional.of(id.toString());
      case URI uri -> Optional.of(uri.toString());
      case Path path -> Optional.of(path.toString());
      case Pattern pattern -> Optional.of(pattern.pattern());
      case Locale locale -> Optional.of(locale.toLanguageTag());
      case Currency currency -> Optional.of(currency.getCurrencyCode());
      case URL url -> Optional.of(url.toString());
      case File file -> Optional.of(file.toString());
      default -> TimeTypes.write(value);
    };
  }

  private static Map<Class<?>, TypeShape> shapes() {
    Map<Class<?>, TypeShape> shapes = new HashMap<>(TimeTypes.shapes());
    numbers(shapes);
    TypeShape truth = new TypeShape.Truth();
    shapes.put(boolean.class, truth);
    shapes.put(Boolean.class, truth);
    shapes.put(String.class, new Text(String.class, Map.of(), text -> text));
    shapes.put(CharSequence.class, new Text(CharSequence.class, Map.of(), text -> text));
    TypeShape unit =
        new Text(char.class, pattern("^[\\u0000-\\uD7FF\\uE000-\\uFFFF]$"), Scalars::unit);
    shapes.put(char.class, unit);
    shapes.put(Character.class, unit);
    shapes.put(UUID.class, new Text(UUID.class, format("uuid"), UUID::fromString));
    Map<String, JsonValue> uri = new LinkedHashMap<>(format("uri"));
    uri.putAll(pattern(URI_OF_JAVA));
    shapes.put(URI.class, new Text(URI.class, uri, URI::create));
    shapes.put(Path.class, new Text(Path.class, pattern(PATH), Path::of));
    shapes.put(Pattern.class, new Text(Pattern.class, pattern(expression()), Pattern::compile));
    shapes.put(Locale.class, new Text(Locale.class, pattern(LOCALE), Scalars::locale));
    Map<String, JsonValue> base64 = new LinkedHashMap<>();
    base64.put("contentEncoding", new JsonString("base64"));
    base64.putAll(pattern(BASE64));
    shapes.put(byte[].class, new Text(byte[].class, base64, Base64.getDecoder()::decode));
    return Map.copyOf(shapes);
  }

  private static void numbers(Map<Class<?>, TypeShape> shapes) {
    Bounds bytes = new Bounds(Byte.MIN_VALUE, Byte.MAX_VALUE);
    Bounds shorts = new Bounds(Short.MIN_VALUE, Short.MAX_VALUE);
    Bounds ints = new Bounds(Integer.MIN_VALUE, Integer.MAX_VALUE);
    Bounds longs = new Bounds(Long.MIN_VALUE, Long.MAX_VALUE);
    whole(shapes, byte.class, bytes, BigInteger::byteValueExact);
    whole(shapes, Byte.class, bytes, BigInteger::byteValueExact);
    whole(shapes, short.class, shorts, BigInteger::shortValueExact);
    whole(shapes, Short.class, shorts, BigInteger::shortValueExact);
    whole(shapes, int.class, ints, BigInteger::intValueExact);
    whole(shapes, Integer.class, ints, BigInteger::intValueExact);
    whole(shapes, long.class, longs, BigInteger::longValueExact);
    whole(shapes, Long.class, longs, BigInteger::longValueExact);
    shapes.put(BigInteger.class, new Whole(BigInteger.class, Optional.empty(), value -> value));
    // From the text, for a BigDecimal has no negative zero.
    shapes.put(double.class, new Decimal(double.class, Optional.empty(), Double::valueOf));
    shapes.put(Double.class, new Decimal(Double.class, Optional.empty(), Double::valueOf));
    Optional<BigDecimal> limit = Optional.of(new BigDecimal(Float.toString(Float.MAX_VALUE)));
    shapes.put(float.class, new Decimal(float.class, limit, Float::valueOf));
    shapes.put(Float.class, new Decimal(Float.class, limit, Float::valueOf));
    shapes.put(BigDecimal.class, new Decimal(BigDecimal.class, Optional.empty(), BigDecimal::new));
    shapes.put(Number.class, new Decimal(BigDecimal.class, Optional.empty(), BigDecimal::new));
  }

  private static void whole(
      Map<Class<?>, TypeShape> shapes,
      Class<?> type,
      Bounds bounds,
      Function<BigInteger, Object> convert) {
    shapes.put(type, new Whole(type, Optional.of(bounds), convert));
  }

  private static Map<String, JsonValue> format(String format) {
    return Map.of("format", new JsonString(format));
  }

  private static Map<String, JsonValue> pattern(String pattern) {
    return Map.of("pattern", new JsonString(pattern));
  }

  private static Object unit(String text) {
    if (text.length() != 1 || Character.isSurrogate(text.charAt(0))) {
      throw new IllegalArgumentException("a char is one character of the basic plane");
    }
    return text.charAt(0);
  }

  private static Object locale(String text) {
    try {
      return new Locale.Builder().setLanguageTag(text).build();
    } catch (IllformedLocaleException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /// Expressions with groups one level deep, which all can be compiled.
  private static String expression() {
    String atom =
        "(?:[A-Za-z0-9 _,:;@#%&=<>!\"'/~.-]|\\\\[dDwWsS.\\\\\\[\\](){}*+?|^$-]"
            + "|\\[\\^?(?:[A-Za-z0-9_.,:;@#%]|a-z|A-Z|0-9)+\\])";
    String piece = atom + "[*+?]?";
    return "^\\^?(?:PIECE|\\((?:\\?:)?(?:PIECE)+(?:\\|(?:PIECE)+)*\\)[*+?]?)*\\$?$"
        .replace("PIECE", piece);
  }
}
