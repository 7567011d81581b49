package puna.gguf;

import java.util.List;

/// A metadata value with the type that it has in a file, checked to fit it.
record TypedValue(String key, MetadataType type, Object value) {
  TypedValue {
    boolean fits =
        switch (value) {
          case Long integer -> fits(type, integer);
          case long[] integers -> fitAll(type, integers);
          case Double _, double[] _ -> type == MetadataType.FLOAT32 || type == MetadataType.FLOAT64;
          case Boolean _, boolean[] _ -> type == MetadataType.BOOL;
          case String _ -> type == MetadataType.STRING;
          case List<?> list ->
              type == MetadataType.STRING && list.stream().allMatch(String.class::isInstance);
          default -> false;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "%s: the value is no %s, found %s".formatted(key, type, value.getClass()));
    }
  }

  /// Appends the type and the value.
  void writeTo(LittleEndianBytes out) {
    switch (value) {
      case long[] integers -> {
        array(out, integers.length);
        for (long integer : integers) {
          out.integer(integer, type.leastBytes());
        }
      }
      case double[] numbers -> {
        array(out, numbers.length);
        for (double number : numbers) {
          number(out, number);
        }
      }
      case boolean[] bools -> {
        array(out, bools.length);
        for (boolean bool : bools) {
          out.integer(bool ? 1 : 0, 1);
        }
      }
      case List<?> strings -> {
        array(out, strings.size());
        strings.forEach(text -> out.string((String) text));
      }
      default -> scalar(out.int32(type.id()));
    }
  }

  private void scalar(LittleEndianBytes out) {
    switch (value) {
      case Long integer -> out.integer(integer, type.leastBytes());
      case Double number -> number(out, number);
      case Boolean bool -> out.integer(bool ? 1 : 0, 1);
      case String text -> out.string(text);
      default -> throw new AssertionError("refused by the constructor");
    }
  }

  private void array(LittleEndianBytes out, int count) {
    out.int32(MetadataType.ARRAY.id()).int32(type.id()).int64(count);
  }

  private void number(LittleEndianBytes out, double number) {
    if (type == MetadataType.FLOAT32) {
      out.int32(Float.floatToRawIntBits((float) number));
    } else {
      out.int64(Double.doubleToRawLongBits(number));
    }
  }

  private static boolean fitAll(MetadataType type, long[] integers) {
    for (long integer : integers) {
      if (!fits(type, integer)) {
        return false;
      }
    }
    return integers.length > 0 || fits(type, 0);
  }

  private static boolean fits(MetadataType type, long value) {
    return switch (type) {
      case UINT8 -> value >= 0 && value < 1 << 8;
      case INT8 -> value == (byte) value;
      case UINT16 -> value >= 0 && value < 1 << 16;
      case INT16 -> value == (short) value;
      case UINT32 -> value >= 0 && value < 1L << 32;
      case INT32 -> value == (int) value;
      case UINT64 -> value >= 0;
      case INT64 -> true;
      case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> false;
    };
  }
}
