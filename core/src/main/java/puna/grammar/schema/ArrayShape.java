package puna.grammar.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import puna.error.GrammarException;
import puna.grammar.schema.Clauses.Signed;
import puna.grammar.schema.Formula.Contains;
import puna.grammar.schema.Formula.ElementAt;
import puna.grammar.schema.Formula.ElementsFrom;
import puna.grammar.schema.Formula.SizeAtLeast;
import puna.grammar.schema.Formula.Unique;
import puna.grammar.schema.Predicate.Claim;

/// What one clause asks of an array.
final class ArrayShape {
  /// Fewer elements than this can be asked for, and no more be counted.
  static final int LARGEST = 1024;

  /// More elements than this are not generated where a schema bounds the number at all.
  private static final int MOST = 10_000;

  private int minimum;
  private int maximum = Integer.MAX_VALUE;
  private Optional<String> unique = Optional.empty();
  private final Map<Integer, Set<Claim>> atIndex = new LinkedHashMap<>();
  private final List<Tail> tails = new ArrayList<>();
  private final Map<Counted, Limits> counters = new LinkedHashMap<>();

  private record Tail(int from, Claim claim) {}

  /// What is counted: the elements from an index on for which a claim holds.
  record Counted(int from, Claim claim) {}

  record Limits(int least, int most) {}

  static ArrayShape of(Set<Signed> clause) {
    ArrayShape shape = new ArrayShape();
    clause.forEach(shape::add);
    if (shape.minimum > LARGEST) {
      throw new GrammarException(
          "minItems: at most %s elements can be asked for, found %s"
              .formatted(LARGEST, shape.minimum));
    }
    if (shape.maximum != Integer.MAX_VALUE) {
      shape.maximum = Math.min(shape.maximum, MOST);
    }
    return shape;
  }

  /// Takes a bound where the schema has none.
  void limit(int items) {
    if (minimum > items) {
      throw new GrammarException(
          "minItems: arrays need %s elements, more than the %s that they may have"
              .formatted(minimum, items));
    }
    if (maximum == Integer.MAX_VALUE) {
      maximum = items;
    }
  }

  private void add(Signed signed) {
    boolean positive = signed.positive();
    switch (signed.atom()) {
      case SizeAtLeast(int size, String _) -> {
        if (positive) {
          minimum = Math.max(minimum, size);
        } else {
          maximum = Math.min(maximum, size - 1);
        }
      }
      case ElementAt(int index, Claim claim) -> {
        atIndex
            .computeIfAbsent(index, _ -> new LinkedHashSet<>())
            .add(positive ? claim : claim.not());
        if (!positive) {
          minimum = Math.max(minimum, index + 1);
        }
      }
      case ElementsFrom(int index, Claim claim) -> {
        if (positive) {
          tails.add(new Tail(index, claim));
        } else {
          limit(new Counted(index, claim.not()), 1, Integer.MAX_VALUE);
        }
      }
      case Contains(int from, Claim claim, int least) -> contains(from, claim, least, positive);
      case Unique(String place) -> {
        if (!positive) {
          throw new GrammarException(place + ": uniqueItems cannot be kept where it must not hold");
        }
        unique = Optional.of(place);
      }
      default -> throw new IllegalStateException(signed + " is not about arrays");
    }
  }

  private void contains(int from, Claim claim, int least, boolean positive) {
    if (positive) {
      limit(new Counted(from, claim), least, Integer.MAX_VALUE);
    } else if (least == 1) {
      tails.add(new Tail(from, claim.not()));
    } else {
      limit(new Counted(from, claim), 0, least - 1);
    }
  }

  private void limit(Counted counted, int least, int most) {
    counters.merge(
        counted,
        new Limits(least, most == Integer.MAX_VALUE ? most : Math.min(most, LARGEST)),
        (one, other) ->
            new Limits(Math.max(one.least(), other.least()), Math.min(one.most(), other.most())));
  }

  int minimum() {
    return minimum;
  }

  int maximum() {
    return maximum;
  }

  Optional<String> unique() {
    return maximum <= 1 ? Optional.empty() : unique;
  }

  Map<Counted, Limits> counters() {
    return counters;
  }

  /// From here on all elements are claimed the same of.
  int uniformFrom() {
    int from = 0;
    for (int index : atIndex.keySet()) {
      from = Math.max(from, index + 1);
    }
    for (Tail tail : tails) {
      from = Math.max(from, tail.from());
    }
    for (Counted counted : counters.keySet()) {
      from = Math.max(from, counted.from());
    }
    return from;
  }

  Set<Claim> claims(int index) {
    Set<Claim> claims = new LinkedHashSet<>(atIndex.getOrDefault(index, Set.of()));
    for (Tail tail : tails) {
      if (tail.from() <= index) {
        claims.add(tail.claim());
      }
    }
    return claims;
  }
}
