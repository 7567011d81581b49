package puna.chat.template.python;

import java.math.BigInteger;
import java.util.Iterator;

/// A value with the meaning that Python gives it. All are immutable but [Namespace] and [Stream],
/// because the dialect forbids to change lists and dicts in place.
public sealed interface Value
    permits Value.Undefined,
        Value.None,
        Value.Bool,
        Value.Int,
        Value.Real,
        Value.Stream,
        Text,
        Bytes,
        Sequence,
        Dict,
        Namespace,
        Member {

  /// What a missing name, key or attribute stands for: it prints nothing and is false.
  ///
  /// @param reason what an attempt to use it says
  record Undefined(String reason) implements Value {}

  enum None implements Value {
    NONE
  }

  record Bool(boolean value) implements Value {
    public static final Bool TRUE = new Bool(true);
    public static final Bool FALSE = new Bool(false);

    public static Bool of(boolean value) {
      return value ? TRUE : FALSE;
    }
  }

  /// A whole number without bounds, save that results of more than 4300 digits are refused.
  record Int(BigInteger value) implements Value {
    public static Int of(long value) {
      return new Int(BigInteger.valueOf(value));
    }
  }

  record Real(double value) implements Value {}

  /// A generator: values that can be walked through once, and are made on the way.
  ///
  /// @param depth how many generators feed each other, itself included
  record Stream(Iterator<Value> values, int depth) implements Value {
    public Stream(Iterator<Value> values) {
      this(values, 1);
    }
  }
}
