package puna.gguf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import puna.tensor.OutOfRange;
import puna.text.FileText;

/// Reads metadata values as the kinds that [puna.tensor.Metadata] documents.
final class MetadataReader {
  private static final String BOOL_RULE = "must be a bool, which is 0 or 1";
  private static final String UNSIGNED_RULE = "must be below 2^63";

  private final GgufCursor cursor;
  private MetadataType elements = MetadataType.ARRAY;

  MetadataReader(GgufCursor cursor) {
    this.cursor = cursor;
  }

  MetadataType type() {
    long id = cursor.uint32("the type");
    return MetadataType.ofId(id)
        .orElseThrow(() -> cursor.failure("the type must be 0 to 12, found " + id));
  }

  /// The type of the elements of the array that was read last.
  MetadataType elements() {
    return elements;
  }

  Object value(MetadataType type) {
    cursor.charge(2, GgufCursor.OBJECT_BYTES);
    return switch (type) {
      case UINT64 -> unsigned(cursor.int64("a value"));
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, INT64 -> integer(type);
      case FLOAT32, FLOAT64 -> number(type);
      case BOOL -> bool();
      case STRING -> FileText.shown(cursor.string("the value"));
      case ARRAY -> array();
    };
  }

  private Object array() {
    MetadataType type = type();
    if (type == MetadataType.ARRAY) {
      throw cursor.failure("an array must not hold arrays, found nested ones");
    }
    elements = type;
    long count = cursor.count(type.leastBytes(), "the number of elements");
    return switch (type) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> integers(type, count);
      case FLOAT32, FLOAT64 -> numbers(type, count);
      case BOOL -> bools(count);
      case STRING -> strings(count);
      case ARRAY -> throw new AssertionError("refused above");
    };
  }

  private Object integers(MetadataType type, long count) {
    cursor.charge(count, Long.BYTES);
    long[] values = new long[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] = integer(type);
    }
    return type == MetadataType.UINT64 ? unsigned(values) : values;
  }

  private double[] numbers(MetadataType type, long count) {
    cursor.charge(count, Double.BYTES);
    double[] values = new double[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(type);
    }
    return values;
  }

  private Object bools(long count) {
    cursor.charge(count, 2);
    byte[] bytes = new byte[(int) count];
    boolean[] values = new boolean[bytes.length];
    int odd = -1;
    for (int i = 0; i < values.length; i++) {
      bytes[i] = cursor.int8("a value");
      values[i] = bytes[i] != 0;
      odd = odd < 0 && !isBool(bytes[i]) ? i : odd;
    }
    if (odd < 0) {
      return values;
    }
    return outOfRange(
        BOOL_RULE, odd, values.length, i -> String.valueOf(Byte.toUnsignedInt(bytes[i])));
  }

  private List<String> strings(long count) {
    // The references; each string is charged when it is read.
    cursor.charge(count, Long.BYTES);
    List<String> values = new ArrayList<>((int) count);
    for (long i = 0; i < count; i++) {
      values.add(cursor.string("an element"));
    }
    return Collections.unmodifiableList(values);
  }

  private long integer(MetadataType type) {
    return switch (type) {
      case UINT8 -> Byte.toUnsignedLong(cursor.int8("a value"));
      case INT8 -> cursor.int8("a value");
      case UINT16 -> Short.toUnsignedLong(cursor.int16("a value"));
      case INT16 -> cursor.int16("a value");
      case UINT32 -> cursor.uint32("a value");
      case INT32 -> cursor.int32("a value");
      case UINT64, INT64 -> cursor.int64("a value");
      case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> throw new AssertionError(type);
    };
  }

  private double number(MetadataType type) {
    return type == MetadataType.FLOAT32
        ? Float.intBitsToFloat(cursor.int32("a value"))
        : Double.longBitsToDouble(cursor.int64("a value"));
  }

  private Object bool() {
    byte value = cursor.int8("a value");
    if (isBool(value)) {
      return value == 1;
    }
    String found = String.valueOf(Byte.toUnsignedInt(value));
    return new OutOfRange(BOOL_RULE, found, found);
  }

  private static boolean isBool(byte value) {
    return value == 0 || value == 1;
  }

  private static Object unsigned(long value) {
    if (value >= 0) {
      return value;
    }
    String found = Long.toUnsignedString(value);
    return new OutOfRange(UNSIGNED_RULE, found, found);
  }

  private Object unsigned(long[] values) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0) {
        return outOfRange(UNSIGNED_RULE, i, values.length, at -> Long.toUnsignedString(values[at]));
      }
    }
    return values;
  }

  /// @param odd the first element that breaks the rule
  private OutOfRange outOfRange(String rule, int odd, int count, IntFunction<String> shown) {
    cursor.charge(count, GgufCursor.OBJECT_BYTES);
    List<String> found = IntStream.range(0, count).mapToObj(shown).toList();
    return new OutOfRange(rule, found.get(odd), found);
  }
}
