package puna.grammar.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import puna.error.GrammarException;

/// Sets of numbers as automata over their plain decimal spelling: `-?(0|[1-9][0-9]*)(\.[0-9]+)?`
/// without negative zero. Every number has such a spelling, so the sets are exact.
final class NumberLanguage {
  /// All numbers.
  static final Dfa ALL = explore(new Shape(Dfa.LAST_CODE_POINT));

  /// The whole numbers: fractions of zeros alone.
  static final Dfa INTEGERS = explore(new Shape(0));

  /// The whole numbers without a fraction, as draft 04 has them.
  static final Dfa DIGITS = INTEGERS.minus(explore(new Pointed()));

  /// The one spelling of each number that has no needless zeros.
  static final Dfa CANONICAL = explore(new Canonical());

  /// Digits of a bound, and the scale of one written with an exponent.
  private static final int MOST_DIGITS = 400;

  private static final int MOST_REMAINDERS = 10_000;

  private static final int MOST_ZEROS = 100;

  private static final String SYMBOLS = "-.0123456789";

  private NumberLanguage() {}

  /// The value of a JSON number.
  ///
  /// @throws GrammarException when it has too many digits
  static BigDecimal parse(String text) {
    try {
      BigDecimal number = new BigDecimal(text);
      checkDigits(number);
      return number;
    } catch (NumberFormatException e) {
      throw new GrammarException("a number is too large: " + e.getMessage());
    }
  }

  /// The numbers whose comparison with `bound` (negative, zero, positive) is wanted.
  static Dfa compared(BigDecimal bound, IntPredicate wanted) {
    checkDigits(bound);
    return NumberComparison.language(bound, wanted);
  }

  /// All numbers between two, which belong to them unless they are zero.
  static Dfa between(BigDecimal from, BigDecimal to) {
    Dfa above = compared(from, order -> order > 0 || order == 0 && from.signum() != 0);
    Dfa below = compared(to, order -> order < 0 || order == 0 && to.signum() != 0);
    return above.and(below);
  }

  /// The multiples of a positive number.
  static Dfa multiplesOf(BigDecimal factor) {
    checkDigits(factor);
    BigDecimal stripped = factor.stripTrailingZeros();
    int scale = Math.max(0, stripped.scale());
    BigInteger unscaled = stripped.setScale(scale).unscaledValue();
    int zeros = Math.max(0, -stripped.scale());
    BigInteger factors = stripped.unscaledValue();
    if (zeros > 0
        && zeros <= MOST_ZEROS
        && factors.multiply(BigInteger.valueOf(zeros + 1L)).compareTo(limit()) <= 0) {
      return explore(new RoundMultiples(factors.intValueExact(), zeros)).and(ALL);
    }
    if (unscaled.multiply(BigInteger.valueOf(scale + 1L)).compareTo(limit()) > 0) {
      throw new GrammarException(
          "multiples of %s need more than %s remainders".formatted(factor, MOST_REMAINDERS));
    }
    return explore(new Multiples(unscaled.intValueExact(), scale)).and(ALL);
  }

  private static BigInteger limit() {
    return BigInteger.valueOf(MOST_REMAINDERS);
  }

  private static void checkDigits(BigDecimal number) {
    if (Math.abs((long) number.scale()) > MOST_DIGITS || number.precision() > MOST_DIGITS) {
      throw new GrammarException(
          "a number may have at most %s digits, found one of scale %s and %s digits"
              .formatted(MOST_DIGITS, number.scale(), number.precision()));
    }
  }

  /// An automaton by its step function. States are values that are equal when they are the same.
  interface Machine<S> {
    S start();

    Optional<S> step(S state, char symbol);

    boolean accepts(S state);
  }

  static <S> Dfa explore(Machine<S> machine) {
    Map<S, Integer> numbers = new HashMap<>();
    List<S> states = new ArrayList<>();
    numbers.put(machine.start(), 0);
    states.add(machine.start());
    DfaBuilder builder = new DfaBuilder();
    for (int i = 0; i < states.size(); i++) {
      S state = states.get(i);
      builder.begin(machine.accepts(state));
      for (int symbol = 0; symbol < SYMBOLS.length(); symbol++) {
        char c = SYMBOLS.charAt(symbol);
        machine
            .step(state, c)
            .ifPresent(next -> {
              Integer number = numbers.get(next);
              if (number == null) {
                number = numbers.size();
                numbers.put(next, number);
                states.add(next);
              }
              builder.edge(c, c, number);
            });
      }
    }
    return builder.build().minimized();
  }

  enum Phase {
    START,
    SIGN,
    ZERO,
    WHOLE,
    POINT,
    FRACTION;

    /// The phase after a symbol; nothing where it may not come.
    Optional<Phase> after(char symbol) {
      if (symbol == '-') {
        return this == START ? Optional.of(SIGN) : Optional.empty();
      }
      if (symbol == '.') {
        return this == ZERO || this == WHOLE ? Optional.of(POINT) : Optional.empty();
      }
      return switch (this) {
        case START, SIGN -> Optional.of(symbol == '0' ? ZERO : WHOLE);
        case ZERO -> Optional.empty();
        case WHOLE -> Optional.of(WHOLE);
        case POINT, FRACTION -> Optional.of(FRACTION);
      };
    }

    boolean isNumber() {
      return this == ZERO || this == WHOLE || this == FRACTION;
    }
  }

  private record ShapeState(Phase phase, boolean negative, boolean nonZero, boolean fraction) {}

  private record Shape(int fractionAllowed) implements Machine<ShapeState> {
    @Override
    public ShapeState start() {
      return new ShapeState(Phase.START, false, false, false);
    }

    @Override
    public Optional<ShapeState> step(ShapeState state, char symbol) {
      boolean digit = symbol >= '1' && symbol <= '9';
      return state
          .phase()
          .after(symbol)
          .map(phase ->
              new ShapeState(
                  phase,
                  state.negative() || symbol == '-',
                  state.nonZero() || digit,
                  state.fraction() || digit && phase == Phase.FRACTION));
    }

    @Override
    public boolean accepts(ShapeState state) {
      return state.phase().isNumber()
          && (!state.negative() || state.nonZero())
          && (fractionAllowed > 0 || !state.fraction());
    }
  }

  /// Numbers with a point.
  private record Pointed() implements Machine<Phase> {
    @Override
    public Phase start() {
      return Phase.START;
    }

    @Override
    public Optional<Phase> step(Phase state, char symbol) {
      return state.after(symbol);
    }

    @Override
    public boolean accepts(Phase state) {
      return state == Phase.FRACTION;
    }
  }

  private record CanonicalState(Phase phase, boolean trailingZero) {}

  private record Canonical() implements Machine<CanonicalState> {
    @Override
    public CanonicalState start() {
      return new CanonicalState(Phase.START, false);
    }

    @Override
    public Optional<CanonicalState> step(CanonicalState state, char symbol) {
      return state
          .phase()
          .after(symbol)
          .map(phase -> new CanonicalState(phase, phase == Phase.FRACTION && symbol == '0'));
    }

    @Override
    public boolean accepts(CanonicalState state) {
      return state.phase().isNumber() && !state.trailingZero();
    }
  }

  private record MultiplesState(Phase phase, int remainder, int digits) {}

  /// Multiples of `factor` / 10^`scale`: the remainder of the digits so far, as a whole number.
  private record Multiples(int factor, int scale) implements Machine<MultiplesState> {
    @Override
    public MultiplesState start() {
      return new MultiplesState(Phase.START, 0, 0);
    }

    @Override
    public Optional<MultiplesState> step(MultiplesState state, char symbol) {
      return state.phase().after(symbol).flatMap(phase -> step(state, phase, symbol));
    }

    private Optional<MultiplesState> step(MultiplesState state, Phase phase, char symbol) {
      if (symbol == '-' || symbol == '.') {
        return Optional.of(new MultiplesState(phase, state.remainder(), 0));
      }
      if (phase == Phase.FRACTION && state.digits() >= scale) {
        return symbol == '0'
            ? Optional.of(new MultiplesState(phase, state.remainder(), state.digits()))
            : Optional.empty();
      }
      int remainder = (int) ((state.remainder() * 10L + symbol - '0') % factor);
      int digits = phase == Phase.FRACTION ? state.digits() + 1 : 0;
      return Optional.of(new MultiplesState(phase, remainder, digits));
    }

    @Override
    public boolean accepts(MultiplesState state) {
      if (!state.phase().isNumber()) {
        return false;
      }
      long remainder = state.remainder();
      for (int digit = state.digits(); digit < scale; digit++) {
        remainder = remainder * 10 % factor;
      }
      return remainder == 0;
    }
  }

  /// @param remainder of the number without its last zeros, as far as those are counted
  private record RoundState(Phase phase, int remainder, int zeros) {}

  /// Multiples of `factor` · 10^`zeros`, told by their last digits instead of a remainder for each.
  private record RoundMultiples(int factor, int zeros) implements Machine<RoundState> {
    @Override
    public RoundState start() {
      return new RoundState(Phase.START, 0, zeros);
    }

    @Override
    public Optional<RoundState> step(RoundState state, char symbol) {
      return state.phase().after(symbol).flatMap(phase -> step(state, phase, symbol));
    }

    private Optional<RoundState> step(RoundState state, Phase phase, char symbol) {
      if (symbol == '-' || symbol == '.') {
        return Optional.of(new RoundState(phase, state.remainder(), state.zeros()));
      }
      if (phase == Phase.FRACTION) {
        return symbol == '0'
            ? Optional.of(new RoundState(phase, state.remainder(), state.zeros()))
            : Optional.empty();
      }
      if (symbol == '0' && state.zeros() < zeros) {
        return Optional.of(new RoundState(phase, state.remainder(), state.zeros() + 1));
      }
      long remainder = state.remainder();
      for (int i = symbol == '0' ? state.zeros() : 0; i <= state.zeros(); i++) {
        remainder = remainder * 10 % factor;
      }
      int next = (int) ((remainder + symbol - '0') % factor);
      return Optional.of(new RoundState(phase, next, symbol == '0' ? zeros : 0));
    }

    @Override
    public boolean accepts(RoundState state) {
      return state.phase().isNumber() && state.remainder() == 0 && state.zeros() == zeros;
    }
  }
}
