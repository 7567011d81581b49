package puna.chat.template.python;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Python's `range`.
public final class Ranges {
  private static final int MAX_RANGE = 100_000;

  private Ranges() {}

  public static Value range(Arguments arguments) {
    arguments.refuseNames("range");
    List<Value> given = arguments.positional();
    if (given.isEmpty() || given.size() > 3) {
      throw new TemplateException("range takes 1 to 3 arguments, found " + given.size());
    }
    BigInteger start = given.size() == 1 ? BigInteger.ZERO : Types.integer(given.get(0));
    BigInteger stop = Types.integer(given.get(given.size() == 1 ? 0 : 1));
    BigInteger step = given.size() == 3 ? Types.integer(given.get(2)) : BigInteger.ONE;
    if (step.signum() == 0) {
      throw new TemplateException("range: the step must not be zero");
    }
    BigInteger reach = stop.subtract(start);
    BigInteger count =
        reach.signum() != step.signum()
            ? BigInteger.ZERO
            : reach.abs().subtract(BigInteger.ONE).divide(step.abs()).add(BigInteger.ONE);
    if (count.compareTo(BigInteger.valueOf(MAX_RANGE)) > 0) {
      throw new TemplateException("a range may have at most " + MAX_RANGE + " values");
    }
    List<Value> values = new ArrayList<>(count.intValue());
    BigInteger next = start;
    for (int i = 0; i < count.intValue(); i++) {
      values.add(new Value.Int(next));
      next = next.add(step);
    }
    return Sequence.of(Sequence.Kind.RANGE, values).within(List.of(start, stop, step));
  }

  /// The bounds of a range, as far as they are still known.
  public static Optional<Value> attribute(Sequence sequence, String name) {
    if (sequence.kind() != Sequence.Kind.RANGE) {
      return Optional.empty();
    }
    List<BigInteger> bounds = bounds(sequence);
    return switch (name) {
      case "start" -> Optional.of(new Value.Int(bounds.get(0)));
      case "stop" -> Optional.of(new Value.Int(bounds.get(1)));
      case "step" -> Optional.of(new Value.Int(bounds.get(2)));
      default -> Optional.empty();
    };
  }

  private static List<BigInteger> bounds(Sequence range) {
    if (!range.bounds().isEmpty()) {
      return range.bounds();
    }
    List<Value> items = range.items();
    if (items.isEmpty()) {
      return List.of(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ONE);
    }
    BigInteger first = Types.integer(items.getFirst());
    BigInteger step =
        items.size() == 1 ? BigInteger.ONE : Types.integer(items.get(1)).subtract(first);
    BigInteger end = Types.integer(items.getLast()).add(BigInteger.valueOf(step.signum()));
    return List.of(first, end, step);
  }

  /// What a range prints; one whose bounds are not known any more prints the nearest that says the
  /// same.
  static String describe(Sequence range) {
    List<BigInteger> bounds = bounds(range);
    return bounds.get(2).equals(BigInteger.ONE)
        ? "range(%s, %s)".formatted(bounds.get(0), bounds.get(1))
        : "range(%s, %s, %s)".formatted(bounds.get(0), bounds.get(1), bounds.get(2));
  }
}
