package puna.chat.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.chat.template.python.Bytes;
import puna.chat.template.python.Dict;
import puna.chat.template.python.Member;
import puna.chat.template.python.Namespace;
import puna.chat.template.python.Printing;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.TextBuilder;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// Attributes, subscripts and slices, as the sandbox of Jinja2 gives them: `a.b` looks for a method
/// first and for a key second, `a['b']` the other way round, and what is not there is undefined.
final class Access {
  private Access() {}

  /// `value.name`.
  static Value attribute(Value value, String name) {
    Types.requireDefined(value);
    Optional<Value> own = ownAttribute(value, name);
    if (own.isPresent()) {
      return own.get();
    }
    if (value instanceof Dict dict) {
      Optional<Value> found = dict.get(name);
      if (found.isPresent()) {
        return found.get();
      }
    }
    return missing(value, name);
  }

  /// `value[key]`.
  static Value item(Value value, Value key) {
    Types.requireDefined(value);
    Optional<Value> found =
        switch (value) {
          case Dict dict -> isHashable(key) ? dict.get(key) : Optional.empty();
          case Sequence sequence -> element(sequence, key);
          case Text text -> element(text, key);
          case Bytes bytes -> element(bytes, key);
          default -> Optional.empty();
        };
    if (found.isPresent()) {
      return found.get();
    }
    if (key instanceof Text name) {
      return ownAttribute(value, name.toString()).orElseGet(() -> missing(value, name.toString()));
    }
    return missing(value, Printing.repr(key).toString());
  }

  /// An attribute that is no key: a method, or a member of a thing of the language.
  private static Optional<Value> ownAttribute(Value value, String name) {
    return switch (value) {
      case Namespace namespace -> Optional.of(namespace.get(name));
      case Member member -> member.attribute(name);
      default -> Methods.find(value, name);
    };
  }

  private static boolean isHashable(Value key) {
    return switch (key) {
      case Dict _ -> false;
      case Sequence row when row.isTuple() -> row.items().stream().allMatch(Access::isHashable);
      case Sequence row -> row.kind() == Sequence.Kind.RANGE;
      default -> true;
    };
  }

  private static Optional<Value> element(Sequence sequence, Value key) {
    int index = position(key, sequence.items().size());
    return index < 0 || !sequence.isIndexable()
        ? Optional.empty()
        : Optional.of(sequence.items().get(index));
  }

  private static Optional<Value> element(Bytes bytes, Value key) {
    int index = position(key, bytes.size());
    return index < 0
        ? Optional.empty()
        : Optional.of(Value.Int.of(bytes.units().toString().charAt(index)));
  }

  private static Optional<Value> element(Text text, Value key) {
    int index = position(key, text.codePointCount());
    if (index < 0) {
      return Optional.empty();
    }
    int from = text.offset(index);
    int to = from + Character.charCount(text.toString().codePointAt(from));
    return Optional.of(text.slice(from, to));
  }

  /// The place of an element, from the end where the index is negative; -1 where there is none.
  private static int position(Value key, int length) {
    if (!(key instanceof Value.Int || key instanceof Value.Bool)) {
      return -1;
    }
    int index = Types.smallInteger(key);
    int place = index < 0 ? index + length : index;
    return place >= 0 && place < length ? place : -1;
  }

  private static Value missing(Value value, String name) {
    return new Value.Undefined(
        "'%s' object has no attribute or element '%s'".formatted(Types.name(value), name));
  }

  /// `value[start:stop:step]`, where None stands for what is left out.
  static Value slice(Value value, Value start, Value stop, Value step) {
    Types.requireDefined(value);
    return switch (value) {
      case Text text -> slice(text, start, stop, step);
      case Bytes(Text units) -> new Bytes(slice(units, start, stop, step));
      case Sequence sequence when sequence.isIndexable() -> {
        List<Value> picked = new ArrayList<>();
        for (int index : indices(sequence.items().size(), start, stop, step)) {
          picked.add(sequence.items().get(index));
        }
        yield Sequence.of(sequence.plainKind(), picked);
      }
      default ->
          throw new TemplateException("'%s' object cannot be sliced".formatted(Types.name(value)));
    };
  }

  private static Text slice(Text text, Value start, Value stop, Value step) {
    int[] picked = indices(text.codePointCount(), start, stop, step);
    if (picked.length == 0) {
      return Text.EMPTY.with(text.escaping());
    }
    int first = picked[0];
    int last = picked[picked.length - 1];
    if (last - first == picked.length - 1) {
      int from = text.offset(first);
      return text.slice(from, text.toString().offsetByCodePoints(from, picked.length));
    }
    List<Value> points = text.codePoints();
    TextBuilder out = new TextBuilder();
    for (int index : picked) {
      out.append((Text) points.get(index));
    }
    return out.build().with(text.escaping());
  }

  /// The indices that Python's slice picks from a row of that length.
  private static int[] indices(int length, Value start, Value stop, Value step) {
    BigInteger wideStep = step == Value.None.NONE ? BigInteger.ONE : bound(step);
    if (wideStep.signum() == 0) {
      throw new TemplateException("slice step cannot be zero");
    }
    int stride = wideStep.bitLength() < 31 ? wideStep.intValue() : wideStep.signum() * length - 1;
    int lowest = stride > 0 ? 0 : -1;
    int highest = stride > 0 ? length : length - 1;
    int from =
        start == Value.None.NONE
            ? (stride > 0 ? lowest : highest)
            : clamp(bound(start), length, lowest, highest);
    int to =
        stop == Value.None.NONE
            ? (stride > 0 ? highest : lowest)
            : clamp(bound(stop), length, lowest, highest);
    long reach = stride > 0 ? (long) to - from : (long) from - to;
    int count = reach <= 0 ? 0 : (int) ((reach - 1) / Math.abs((long) stride)) + 1;
    int[] picked = new int[count];
    for (int i = 0; i < count; i++) {
      picked[i] = from + i * stride;
    }
    return picked;
  }

  private static int clamp(BigInteger index, int length, int lowest, int highest) {
    BigInteger place = index.signum() < 0 ? index.add(BigInteger.valueOf(length)) : index;
    return place.max(BigInteger.valueOf(lowest)).min(BigInteger.valueOf(highest)).intValue();
  }

  private static BigInteger bound(Value value) {
    Types.requireDefined(value);
    if (!(value instanceof Value.Int || value instanceof Value.Bool)) {
      throw new TemplateException("slice indices must be integers or None");
    }
    return Types.integer(value);
  }
}
