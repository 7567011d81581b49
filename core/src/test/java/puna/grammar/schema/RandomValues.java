package puna.grammar.schema;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.MonthDay;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonString;

/// Random values of Java types, by reflection of its own.
final class RandomValues {
  private static final int DEEPEST = 5;
  private static final String CHARACTERS = "ab \"\\\n\u0001é漢€/-";

  private final RandomGenerator random;
  private int depth;

  RandomValues(RandomGenerator random) {
    this.random = random;
  }

  Object of(Type type) {
    return of(type, Map.of());
  }

  private Object of(Type type, Map<TypeVariable<?>, Type> variables) {
    depth++;
    try {
      return switch (type) {
        case Class<?> raw -> ofClass(raw);
        case TypeVariable<?> variable -> of(requireNonNull(variables.get(variable)), Map.of());
        case WildcardType wildcard -> {
          Type[] lower = wildcard.getLowerBounds();
          Type bound = lower.length > 0 ? lower[0] : wildcard.getUpperBounds()[0];
          yield of(bound == Object.class ? JsonValue.class : bound, variables);
        }
        case GenericArrayType array -> array(resolved(array.getGenericComponentType(), variables));
        case ParameterizedType generic -> {
          Type[] arguments = generic.getActualTypeArguments();
          for (int i = 0; i < arguments.length; i++) {
            arguments[i] = resolved(arguments[i], variables);
          }
          yield ofGeneric((Class<?>) generic.getRawType(), arguments);
        }
        default -> throw new AssertionError(type);
      };
    } finally {
      depth--;
    }
  }

  private static Type resolved(Type type, Map<TypeVariable<?>, Type> variables) {
    if (type instanceof TypeVariable<?>) {
      return requireNonNull(variables.get(type));
    }
    if (type instanceof ParameterizedType generic && !variables.isEmpty()) {
      Type[] arguments = generic.getActualTypeArguments();
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = resolved(arguments[i], variables);
      }
      return new ParameterizedType() {
        @Override
        public Type[] getActualTypeArguments() {
          return arguments.clone();
        }

        @Override
        public Type getRawType() {
          return generic.getRawType();
        }

        @Override
        public Type getOwnerType() {
          return generic.getOwnerType();
        }
      };
    }
    return type;
  }

  private Object ofGeneric(Class<?> raw, Type[] arguments) {
    Type first = arguments[0];
    return switch (raw.getSimpleName()) {
      case "Optional" -> isDeep() ? Optional.empty() : Optional.of(of(first));
      case "Set" -> new LinkedHashSet<>(several(first));
      case "SortedSet" -> new TreeSet<>(several(first));
      case "EnumSet" -> enumSet(several(first), (Class<?>) first);
      case "Map", "LinkedHashMap" -> map(arguments);
      case "SortedMap" -> new TreeMap<>(map(arguments));
      case "EnumMap" -> enumMap(map(arguments), (Class<?>) first);
      case "Node" -> node(first);
      default -> raw.isRecord() ? record(raw, arguments) : several(first);
    };
  }

  /// A sealed interface with an argument: its first record, or its second while there is room.
  private Object node(Type argument) {
    Class<?>[] variants = SampleTypes.Node.class.getPermittedSubclasses();
    return record(variants[isDeep() ? 0 : 1], new Type[] {argument});
  }

  private Object ofClass(Class<?> type) {
    if (type.isArray() && type != byte[].class) {
      return array(type.getComponentType());
    }
    if (type.isEnum()) {
      Object[] constants = type.getEnumConstants();
      return constants[random.nextInt(constants.length)];
    }
    if (type.isRecord() && type != JsonNumber.class) {
      return record(type, new Type[0]);
    }
    if (type.isSealed() && type != JsonValue.class && type.getName().startsWith("puna")) {
      Class<?>[] variants = type.getPermittedSubclasses();
      return ofClass(variants[isDeep() ? 0 : random.nextInt(variants.length)]);
    }
    return Optional.ofNullable(number(type))
        .or(() -> Optional.ofNullable(time(type)))
        .orElseGet(() -> text(type));
  }

  private @Nullable Object number(Class<?> type) {
    return switch (type.getSimpleName()) {
      case "boolean", "Boolean" -> random.nextBoolean();
      case "byte", "Byte" -> (byte) random.nextInt();
      case "short", "Short" -> (short) random.nextInt();
      case "int", "Integer" -> random.nextInt() >> random.nextInt(32);
      case "long", "Long" -> random.nextLong() >> random.nextInt(64);
      case "float", "Float" -> finite(Float.intBitsToFloat(random.nextInt()));
      case "double", "Double" -> finite(Double.longBitsToDouble(random.nextLong()));
      case "BigInteger" -> BigInteger.valueOf(random.nextLong()).pow(3);
      case "BigDecimal" -> BigDecimal.valueOf(random.nextLong(), random.nextInt(-50, 50));
      case "OptionalInt" -> isDeep() ? OptionalInt.empty() : OptionalInt.of(random.nextInt());
      case "OptionalLong" -> isDeep() ? OptionalLong.empty() : OptionalLong.of(random.nextLong());
      case "OptionalDouble" ->
          isDeep() ? OptionalDouble.empty() : OptionalDouble.of(random.nextDouble());
      case "JsonNumber" -> JsonNumber.of(random.nextLong());
      case "JsonValue" -> new JsonString(string());
      default -> null;
    };
  }

  private static float finite(float value) {
    return Float.isFinite(value) ? value : 0.25f;
  }

  private static double finite(double value) {
    return Double.isFinite(value) ? value : -0.0;
  }

  private @Nullable Object time(Class<?> type) {
    LocalDateTime time =
        LocalDateTime.of(random.nextInt(10_000), 1, 1, 0, 0)
            .plusMinutes(random.nextInt(500_000))
            .plusSeconds(random.nextInt(60) >> random.nextInt(2) * 6)
            .plusNanos(random.nextInt(1_000_000_000) >> random.nextInt(2) * 30);
    ZoneOffset offset = ZoneOffset.ofTotalSeconds(60 * random.nextInt(-1079, 1080));
    return switch (type.getSimpleName()) {
      case "LocalDate" -> time.toLocalDate();
      case "LocalTime" -> time.toLocalTime();
      case "LocalDateTime" -> time;
      case "OffsetDateTime" -> time.atOffset(offset);
      case "ZonedDateTime" -> time.atZone(offset);
      case "Instant" -> time.toInstant(ZoneOffset.UTC);
      case "OffsetTime" -> time.toLocalTime().atOffset(offset);
      case "Duration" ->
          Duration.ofSeconds(
              random.nextLong() >> random.nextInt(64),
              random.nextInt(1_000_000_000) >> random.nextInt(2) * 30);
      case "Period" -> Period.of(random.nextInt(), random.nextInt(2) * random.nextInt(), 3);
      case "Year" -> Year.of(random.nextInt(Year.MIN_VALUE, Year.MAX_VALUE));
      case "YearMonth" -> YearMonth.from(time);
      case "MonthDay" -> MonthDay.from(time);
      case "ZoneOffset" -> ZoneOffset.ofTotalSeconds(random.nextInt(-64_800, 64_801));
      case "ZoneId" -> {
        List<String> names = new ArrayList<>(new TreeSet<>(ZoneId.getAvailableZoneIds()));
        yield ZoneId.of(names.get(random.nextInt(names.size())));
      }
      default -> null;
    };
  }

  private Object text(Class<?> type) {
    return switch (type.getSimpleName()) {
      case "String", "CharSequence" -> string();
      case "char", "Character" -> (char) random.nextInt(0xD800);
      case "UUID" -> new UUID(random.nextLong(), random.nextLong());
      case "URI" -> URI.create("https://example.org:80/a%20b/" + random.nextInt(99) + "?q#f");
      case "Path" -> Path.of("a/b.txt").resolve(Integer.toString(random.nextInt()));
      case "Pattern" -> Pattern.compile("[a-z]+\\.(a|b)?" + random.nextInt(99));
      case "Locale" -> Locale.of("de", random.nextBoolean() ? "CH" : "");
      case "byte[]" -> {
        byte[] bytes = new byte[random.nextInt(9)];
        random.nextBytes(bytes);
        yield bytes;
      }
      default -> throw new AssertionError("no random value of " + type);
    };
  }

  private Object record(Class<?> type, Type[] arguments) {
    Map<TypeVariable<?>, Type> variables = new HashMap<>();
    for (int i = 0; i < arguments.length; i++) {
      variables.put(type.getTypeParameters()[i], arguments[i]);
    }
    List<Class<?>> raw = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      raw.add(component.getType());
      values.add(of(component.getGenericType(), variables));
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(raw.toArray(Class<?>[]::new));
      return constructor.newInstance(values.toArray());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a record's constructor", e);
    }
  }

  private Object array(Type component) {
    List<Object> elements = several(component);
    Object first = elements.isEmpty() ? null : elements.getFirst();
    Class<?> raw =
        component instanceof Class<?> known
            ? known
            : first == null ? SampleTypes.Box.class : first.getClass();
    Object array = Array.newInstance(raw, elements.size());
    for (int i = 0; i < elements.size(); i++) {
      Array.set(array, i, elements.get(i));
    }
    return array;
  }

  private List<Object> several(Type type) {
    List<Object> values = new ArrayList<>();
    for (int i = isDeep() ? 0 : random.nextInt(4); i > 0; i--) {
      values.add(of(type));
    }
    return values;
  }

  private Map<Object, Object> map(Type[] arguments) {
    Map<Object, Object> map = new LinkedHashMap<>();
    several(arguments[0]).forEach(key -> map.put(key, of(arguments[1])));
    return map;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the elements are constants of that enum
  private static Object enumSet(List<Object> elements, Class<?> type) {
    EnumSet set = EnumSet.noneOf((Class) type);
    set.addAll(elements);
    return set;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the keys are constants of that enum
  private static Object enumMap(Map<Object, Object> entries, Class<?> type) {
    EnumMap map = new EnumMap((Class) type);
    map.putAll(entries);
    return map;
  }

  private String string() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
    }
    return random.nextInt(9) == 0 ? text + "\uD83C\uDF40" : text.toString();
  }

  /// Half of the time, and always where it has gone deep enough.
  private boolean isDeep() {
    return depth > DEEPEST || random.nextInt(3) == 0;
  }
}
