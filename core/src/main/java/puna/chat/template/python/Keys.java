package puna.chat.template.python;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// What values are as keys of a dict: equal exactly where Python's are, so 1, 1.0 and True are one.
public final class Keys {
  private Keys() {}

  /// @throws TemplateException when the value cannot be a key
  public static Object of(Value value) {
    return switch (value) {
      case Text text -> text.toString();
      case Value.Int number -> number.value();
      case Value.Bool bool -> bool.value() ? BigInteger.ONE : BigInteger.ZERO;
      case Value.Real real -> of(real.value());
      case Value.None none -> none;
      case Value.Undefined _ -> Value.Undefined.class;
      case Sequence sequence -> of(sequence);
      case Dict _ -> throw new TemplateException("unhashable type: 'dict'");
      case Bytes _, Value.Stream _, Namespace _, Member _ -> value;
    };
  }

  private static Object of(double value) {
    return value == Math.rint(value) && Double.isFinite(value)
        ? new BigDecimal(value).toBigInteger()
        : (Object) value;
  }

  private static Object of(Sequence sequence) {
    if (sequence.kind() == Sequence.Kind.DICT_VALUES) {
      // a view of values equals itself alone
      return new Object();
    }
    if (!sequence.isTuple() && sequence.kind() != Sequence.Kind.RANGE) {
      throw new TemplateException("unhashable type: '" + Types.name(sequence) + "'");
    }
    List<Object> keys = new ArrayList<>(sequence.items().size());
    sequence.items().forEach(item -> keys.add(of(item)));
    return keys;
  }
}
