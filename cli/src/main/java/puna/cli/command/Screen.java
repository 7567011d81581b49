package puna.cli.command;

import java.util.OptionalInt;

/// What can be shown to the user: the only place that decides about colours, escape sequences and
/// the width of text.
///
/// @param kind what `TERM` says; `dumb` and nothing know no escape sequences
/// @param columns how wide the terminal is, where that is known
public record Screen(boolean isTerminal, String kind, boolean refusesColours, OptionalInt columns) {
  private static final int WIDEST = 100;
  private static final int USUAL = 80;
  // picocli sets no text that is narrower.
  private static final int NARROWEST = 55;

  /// When colours are used.
  public enum Colours {
    AUTO,
    ALWAYS,
    NEVER
  }

  /// Standard output.
  public static Screen system() {
    return new Screen(
        Settings.isTerminal("out"),
        Settings.terminalKind(),
        Settings.refusesColours(),
        Settings.columns());
  }

  /// Whether a terminal of this kind knows escape sequences, such as one that clears a line.
  static boolean hasEscapes(String kind) {
    return !kind.isEmpty() && !kind.equals("dumb");
  }

  public boolean hasColours(Colours when) {
    return switch (when) {
      case AUTO -> isTerminal && hasEscapes(kind) && !refusesColours;
      case ALWAYS -> true;
      case NEVER -> false;
    };
  }

  /// How many columns help may take.
  public int textWidth() {
    if (!isTerminal) {
      return WIDEST;
    }
    int known = columns.orElse(USUAL);
    return known <= 0 ? USUAL : Math.clamp(known, NARROWEST, WIDEST);
  }
}
