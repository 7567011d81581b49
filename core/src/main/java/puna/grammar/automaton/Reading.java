package puna.grammar.automaton;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.grammar.Demand;

/// Follows JSON text beside the grammar that admits it, and refuses what the grammar's rules cannot
/// forbid: equal names in one object, equal elements where they must differ, more levels or digits
/// than readers take.
///
/// The grammar says where it begins, by its [Demand]s. Whoever keeps to both can always finish:
/// before a character comes after which only names or elements are left that came already, the
/// character is refused. Immutable.
public final class Reading {
  private static final int MOST_LEVELS = 256;
  private static final int MOST_DIGITS = 1000;

  /// Levels below which no mask opens another, as long as there is another way.
  static final int DEEP = 240;

  /// Digits before a point, or behind it, after which no mask adds another, as long as there is
  /// another way; the largest double has 309.
  static final int LONG = 350;

  static final int LONG_FRACTION = 40;

  /// Of a text that asks for nothing.
  public static final Reading IDLE = new Reading(null, Mode.BETWEEN, null, 0, 0);

  private enum Mode {
    BETWEEN,
    STRING,
    ESCAPE, // in a string that is not watched, behind a backslash
    NUMBER
  }

  private final @Nullable OpenValue open;
  private final Mode mode;
  private final @Nullable JsonPiece piece; // where it is watched
  private final int digits; // characters of a number
  private final int point; // how many of them there were up to a point, or 0

  private Reading(
      @Nullable OpenValue open, Mode mode, @Nullable JsonPiece piece, int digits, int point) {
    this.open = open;
    this.mode = mode;
    this.piece = piece;
    this.digits = digits;
    this.point = point;
  }

  private Reading(OpenValue open, Mode mode, @Nullable JsonPiece piece) {
    this(open, mode, piece, 0, 0);
  }

  public static Reading start(Automaton automaton) {
    return IDLE.demanding(automaton, automaton.start());
  }

  /// After a byte that led the automaton to a state; null where it may not come.
  public @Nullable Reading after(byte value, Automaton automaton, State state) {
    Reading next = open == null ? this : read(value, open);
    return next == null ? null : next.demanding(automaton, state);
  }

  /// After bytes that may come next, as far as the automaton reads them; null where one may not.
  public @Nullable Reading after(byte[] bytes, Automaton automaton, State state) {
    State at = state;
    Reading next = this;
    for (byte value : bytes) {
      at = automaton.step(at, value);
      if (at.isDead()) {
        return next; // a token that the grammar names, or no text of it
      }
      next = next.after(value, automaton, at);
      if (next == null) {
        return null;
      }
    }
    return next;
  }

  /// In a state where something may begin of which more is asked.
  public Reading demanding(Automaton automaton, State state) {
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
    return new Reading(at, begins ? Mode.BETWEEN : mode, begins ? null : piece, digits, point);
  }

  private @Nullable Reading read(byte value, OpenValue in) {
    return switch (mode) {
      case STRING -> string(value, in);
      case ESCAPE -> new Reading(in, Mode.STRING, null);
      case NUMBER -> isOfNumber(value) ? number(value, in) : behindNumber(value, in);
      case BETWEEN -> between(value, in);
    };
  }

  private @Nullable Reading string(byte value, OpenValue in) {
    if (piece == null) {
      return value == '"'
          ? between(in.expecting(false))
          : value == '\\' ? new Reading(in, Mode.ESCAPE, null) : this;
    }
    if (value == '"' && piece.raw().isEmpty()) {
      OpenValue after = in.with(piece.text());
      return after == null ? null : between(after);
    }
    return watched(new Reading(in, Mode.STRING, piece.with(value, in)), in);
  }

  private static @Nullable Reading watched(Reading next, OpenValue in) {
    JsonPiece begun = next.piece;
    boolean possible =
        begun == null || !begun.raw().isEmpty() || in.hasLeft(begun.text(), begun.state());
    return possible ? next : null;
  }

  private static boolean isOfNumber(byte value) {
    return value >= '0' && value <= '9' || "+-.eE".indexOf(value) >= 0;
  }

  private @Nullable Reading number(byte value, OpenValue in) {
    if (digits >= MOST_DIGITS) {
      return null;
    }
    boolean newPart = value == '.' || value == 'e' || value == 'E';
    JsonPiece more = piece == null ? null : piece.with(value, in);
    return watched(
        new Reading(in, Mode.NUMBER, more, digits + 1, newPart ? digits + 1 : point), in);
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
    return new Reading(in, Mode.BETWEEN, null);
  }

  private static @Nullable Reading begin(Mode mode, JsonPiece first, OpenValue in) {
    int digits = mode == Mode.NUMBER ? 1 : 0;
    JsonPiece piece = in.isWatched() ? first : null;
    return watched(new Reading(in, mode, piece, digits, 0), in);
  }

  private static @Nullable Reading opened(boolean object, OpenValue in) {
    return in.depth() >= MOST_LEVELS ? null : between(in.opened(object));
  }

  private static Reading closed(OpenValue in) {
    OpenValue outer = in.outer();
    return outer == null || outer.depth() == 0 ? IDLE : between(outer);
  }

  /// True where nothing is asked of the text.
  public boolean isIdle() {
    return open == null;
  }

  /// True where any token may be refused.
  public boolean doubtsAll() {
    if (open == null || !open.isWatched()) {
      return false;
    }
    return piece != null
        ? open.isBounded(piece.state()) || mode == Mode.NUMBER
        : open.isBounded(0) || open.isOfNumbers();
  }

  public boolean isInString() {
    return mode == Mode.STRING || mode == Mode.ESCAPE;
  }

  /// True where a token may be refused for the beginning of a name in it.
  public boolean doubtsBeginnings() {
    for (OpenValue at = open; at != null; at = at.outer()) {
      if (at.isBounded(0)) {
        return true;
      }
    }
    return false;
  }

  /// How the texts that came go on from here, where one of them must not be written again.
  public List<byte[]> rests() {
    return piece == null || open == null ? List.of() : open.rests(piece.text());
  }

  /// True where a name or an element that is being written, or comes next, may still become one
  /// that came.
  public boolean mayRepeat() {
    return open != null
        && open.isWatched()
        && open.count() > 0
        && (piece == null ? mode == Mode.BETWEEN : !rests().isEmpty());
  }

  /// How many levels more may be opened, as long as there is another way.
  public int levelsLeft() {
    return open == null ? DEEP : DEEP - open.depth();
  }

  /// True where a number should end.
  public boolean isLong() {
    return mode == Mode.NUMBER && (point == 0 ? digits >= LONG : digits - point >= LONG_FRACTION);
  }

  /// True where a token may be refused for the comma in it.
  public boolean doubtsCommas() {
    for (OpenValue at = open; at != null; at = at.outer()) {
      if (!at.hasLeft("", 0)) {
        return true;
      }
    }
    return false;
  }

  /// True where a token may be refused for a whole name or element in it: one came before where
  /// something is asked.
  public boolean remembers() {
    for (OpenValue at = open; at != null; at = at.outer()) {
      if (at.seen() != null) {
        return true;
      }
    }
    return false;
  }

  /// True behind a part of a character or escape of a name or element.
  public boolean isInsideCharacter() {
    return piece != null && !piece.raw().isEmpty();
  }

  /// True where a name or element is being written that must not come again.
  public boolean isWatching() {
    return piece != null;
  }
}
