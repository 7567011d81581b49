package puna.grammar;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Follows JSON text beside the grammar that admits it, and refuses what the grammar's rules cannot
/// forbid: equal names in one object, equal elements where they must differ, an object that ends
/// before all its names came, more levels or digits than readers take.
///
/// The grammar says where it begins, by its [Demand]s. Whoever keeps to both can always finish:
/// before a character comes after which only names or elements are left that came already, the
/// character is refused. Immutable.
final class Reading {
  private static final int MOST_LEVELS = 256;
  private static final int MOST_DIGITS = 1000;

  /// Of a text that asks for nothing.
  static final Reading IDLE = new Reading(null, Mode.BETWEEN, null, 0);

  private enum Mode {
    BETWEEN,
    STRING,
    ESCAPE, // in a string that is not watched, behind a backslash
    NUMBER
  }

  private final @Nullable OpenValue open;
  private final Mode mode;
  private final @Nullable JsonPiece piece; // where it is watched
  private final int digits;

  private Reading(@Nullable OpenValue open, Mode mode, @Nullable JsonPiece piece, int digits) {
    this.open = open;
    this.mode = mode;
    this.piece = piece;
    this.digits = digits;
  }

  static Reading start(Automaton automaton) {
    return IDLE.demanding(automaton, automaton.start());
  }

  /// After a byte that led the automaton to a state; null where it may not come.
  @Nullable Reading after(byte value, Automaton automaton, State state) {
    Reading next = open == null ? this : read(value, open);
    return next == null ? null : next.demanding(automaton, state);
  }

  /// After bytes that may come next; null where one may not.
  @Nullable Reading after(byte[] bytes, Automaton automaton, State state) {
    State at = state;
    Reading next = this;
    for (byte value : bytes) {
      at = automaton.step(at, value);
      next = next.after(value, automaton, at);
      if (next == null) {
        return null;
      }
    }
    return next;
  }

  /// In a state where something may begin of which more is asked.
  Reading demanding(Automaton automaton, State state) {
    List<Integer> numbers = state.ending.demands();
    if (numbers.isEmpty()) {
      return this;
    }
    List<Demand> demands = new ArrayList<>();
    boolean begins = false;
    for (int number : numbers) {
      Demand demand = automaton.network().demands.get(number);
      begins |= demand.kind() == Demand.Kind.TEXT;
      if (demand.kind() != Demand.Kind.TEXT) {
        demands.add(demand);
      }
    }
    OpenValue at = begins ? OpenValue.text() : open;
    if (!demands.isEmpty() && at != null) {
      at = at.demanding(demands);
    }
    return new Reading(at, begins ? Mode.BETWEEN : mode, begins ? null : piece, digits);
  }

  private @Nullable Reading read(byte value, OpenValue in) {
    return switch (mode) {
      case STRING -> string(value, in);
      case ESCAPE -> new Reading(in, Mode.STRING, null, 0);
      case NUMBER -> isOfNumber(value) ? number(value, in) : behindNumber(value, in);
      case BETWEEN -> between(value, in);
    };
  }

  private @Nullable Reading string(byte value, OpenValue in) {
    if (piece == null) {
      return value == '"'
          ? between(in.expecting(false))
          : value == '\\' ? new Reading(in, Mode.ESCAPE, null, 0) : this;
    }
    if (value == '"' && piece.raw().isEmpty()) {
      OpenValue after = in.with(piece.text());
      return after == null ? null : between(after);
    }
    return watched(Mode.STRING, piece.with(value, in), in, 0);
  }

  private static @Nullable Reading watched(Mode mode, JsonPiece piece, OpenValue in, int digits) {
    boolean possible = !piece.raw().isEmpty() || in.hasLeft(piece.text(), piece.state());
    return possible ? new Reading(in, mode, piece, digits) : null;
  }

  private static boolean isOfNumber(byte value) {
    return value >= '0' && value <= '9' || "+-.eE".indexOf(value) >= 0;
  }

  private @Nullable Reading number(byte value, OpenValue in) {
    if (digits >= MOST_DIGITS) {
      return null;
    }
    return piece == null
        ? new Reading(in, Mode.NUMBER, null, digits + 1)
        : watched(Mode.NUMBER, piece.with(value, in), in, digits + 1);
  }

  private @Nullable Reading behindNumber(byte value, OpenValue in) {
    OpenValue after = piece == null ? in : in.with(piece.text());
    return after == null ? null : between(after).between(value, after);
  }

  private @Nullable Reading between(byte value, OpenValue in) {
    return switch (value) {
      case '"' -> begin(Mode.STRING, JsonPiece.EMPTY, in);
      case '{', '[' -> opened(value == '{', in);
      case '}', ']' -> closed(in);
      case ',' -> in.hasLeft("", 0) ? between(in.expecting(in.object())) : null;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
          begin(Mode.NUMBER, JsonPiece.EMPTY.with(value, in), in);
      default -> this;
    };
  }

  private static Reading between(OpenValue in) {
    return new Reading(in, Mode.BETWEEN, null, 0);
  }

  private static @Nullable Reading begin(Mode mode, JsonPiece first, OpenValue in) {
    int digits = mode == Mode.NUMBER ? 1 : 0;
    return in.isWatched() ? watched(mode, first, in, digits) : new Reading(in, mode, null, digits);
  }

  private static @Nullable Reading opened(boolean object, OpenValue in) {
    return in.depth() >= MOST_LEVELS ? null : between(in.opened(object));
  }

  private static @Nullable Reading closed(OpenValue in) {
    OpenValue outer = in.outer();
    if (!in.isComplete()) {
      return null;
    }
    return outer == null || outer.depth() == 0 ? IDLE : between(outer);
  }

  /// True where nothing is asked of the text.
  boolean isIdle() {
    return open == null;
  }

  /// True where any token may be refused.
  boolean doubtsAll() {
    if (open == null || !open.isWatched()) {
      return false;
    }
    return piece != null
        ? open.isBounded(piece.state()) || mode == Mode.NUMBER
        : open.isBounded(0) || !open.object() && open.count() > 0;
  }

  boolean isInString() {
    return mode == Mode.STRING || mode == Mode.ESCAPE;
  }

  /// True where a token may be refused for the beginning of a name in it.
  boolean doubtsBeginnings() {
    for (OpenValue at = open; at != null; at = at.outer()) {
      if (at.isBounded(0)) {
        return true;
      }
    }
    return false;
  }

  /// How the texts that came go on from here, where one of them must not be written again.
  List<byte[]> rests() {
    return piece == null || open == null
        ? List.of()
        : open.rests(piece.raw().isEmpty() ? piece.text() : "");
  }

  /// True where a token may be refused for the end of an array or object in it.
  boolean doubtsEnds() {
    for (OpenValue at = open; at != null; at = at.outer()) {
      if (!at.isComplete()) {
        return true;
      }
    }
    return false;
  }

  /// True where a token may be refused for the comma in it.
  boolean doubtsCommas() {
    for (OpenValue at = open; at != null; at = at.outer()) {
      if (!at.hasLeft("", 0)) {
        return true;
      }
    }
    return false;
  }

  /// True where something is asked of an array or object that is open.
  boolean isDemanding() {
    for (OpenValue at = open; at != null; at = at.outer()) {
      if (!at.demands().isEmpty()) {
        return true;
      }
    }
    return false;
  }
}
