package puna.chat.template.python;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;

/// What Python asks of every value: its type's name, its truth, its elements, its length.
public final class Types {
  private Types() {}

  public static String name(Value value) {
    return switch (value) {
      case Value.Undefined _ -> "Undefined";
      case Value.None _ -> "NoneType";
      case Value.Bool _ -> "bool";
      case Value.Int _ -> "int";
      case Value.Real _ -> "float";
      case Text _ -> "str";
      case Bytes _ -> "bytes";
      case Dict _ -> "dict";
      case Namespace _ -> "Namespace";
      case Value.Stream _ -> "generator";
      case Member _ -> "function";
      case Sequence sequence ->
          switch (sequence.kind()) {
            case LIST -> "list";
            case TUPLE -> "tuple";
            case GROUP -> "_GroupTuple";
            case RANGE -> "range";
            case DICT_KEYS -> "dict_keys";
            case DICT_VALUES -> "dict_values";
            case DICT_ITEMS -> "dict_items";
          };
    };
  }

  public static boolean isTrue(Value value) {
    return switch (value) {
      case Value.Undefined _, Value.None _ -> false;
      case Value.Bool bool -> bool.value();
      case Value.Int number -> number.value().signum() != 0;
      case Value.Real real -> real.value() != 0;
      case Text text -> !text.isEmpty();
      case Bytes bytes -> bytes.size() > 0;
      case Sequence sequence -> !sequence.items().isEmpty();
      case Dict dict -> dict.size() > 0;
      case Value.Stream _, Namespace _, Member _ -> true;
    };
  }

  public static boolean isIterable(Value value) {
    return switch (value) {
      case Value.Undefined _, Text _, Bytes _, Sequence _, Dict _, Value.Stream _ -> true;
      case Value.None _, Value.Bool _, Value.Int _, Value.Real _, Namespace _, Member _ -> false;
    };
  }

  /// @throws TemplateException when the value has no elements
  public static Iterator<Value> iterate(Value value) {
    return switch (value) {
      case Value.Undefined _ -> List.<Value>of().iterator();
      case Text text -> text.codePoints().iterator();
      case Bytes bytes -> bytes.numbers().iterator();
      case Sequence sequence -> sequence.items().iterator();
      case Dict dict -> dict.keys().iterator();
      case Value.Stream stream -> stream.values();
      case Value.None _, Value.Bool _, Value.Int _, Value.Real _, Namespace _, Member _ ->
          throw new TemplateException("'" + name(value) + "' object is not iterable");
    };
  }

  /// @throws TemplateException when the value has no length
  public static int length(Value value) {
    return switch (value) {
      case Value.Undefined _ -> 0;
      case Text text -> text.codePointCount();
      case Bytes bytes -> bytes.size();
      case Sequence sequence -> sequence.items().size();
      case Dict dict -> dict.size();
      case Value.Stream _, Value.None _, Value.Bool _, Value.Int _ -> throw noLength(value);
      case Value.Real _, Namespace _, Member _ -> throw noLength(value);
    };
  }

  private static TemplateException noLength(Value value) {
    return new TemplateException("object of type '" + name(value) + "' has no len()");
  }

  public static boolean isNumber(Value value) {
    return value instanceof Value.Int || value instanceof Value.Real || value instanceof Value.Bool;
  }

  /// The whole number that an argument is; True is 1.
  public static BigInteger integer(Value value) {
    return switch (value) {
      case Value.Int number -> number.value();
      case Value.Bool bool -> bool.value() ? BigInteger.ONE : BigInteger.ZERO;
      default -> throw new TemplateException("an integer is required, found " + name(value));
    };
  }

  /// The same, cut to what positions and counts can be.
  public static int smallInteger(Value value) {
    BigInteger wide = integer(value);
    if (wide.bitLength() < 31) {
      return wide.intValue();
    }
    return wide.signum() < 0 ? -Integer.MAX_VALUE : Integer.MAX_VALUE;
  }

  /// @throws TemplateException when an undefined value is used as if it were one
  public static void requireDefined(Value value) {
    if (value instanceof Value.Undefined(String reason)) {
      throw new TemplateException(reason);
    }
  }
}
