package puna.engine;

/// Ends a text in front of the first character of a line that is indented too little. The first
/// line goes on with one of the prompt, so it is none of these.
final class Indentation {
  private static final int WITHIN_LINE = -1;

  private final int least; // spaces and tabs
  private int found = WITHIN_LINE; // in a line that has nothing else yet
  private boolean isBroken;

  /// @param least spaces and tabs that a line must begin with; 0 for any lines
  Indentation(int least) {
    this.least = least;
  }

  /// As much of the next piece of text as comes before its end.
  String keep(String piece) {
    for (int i = 0; i < piece.length() && least > 0; i++) {
      if (isBroken || breaks(piece.charAt(i))) {
        isBroken = true;
        return piece.substring(0, i);
      }
    }
    return piece;
  }

  private boolean breaks(char next) {
    boolean isIndenting = found != WITHIN_LINE && (next == ' ' || next == '\t');
    if (!isIndenting && found != WITHIN_LINE && found < least) {
      return true;
    }
    if (isIndenting) {
      found++;
    } else {
      found = next == '\n' ? 0 : WITHIN_LINE;
    }
    return false;
  }

  /// Whether such a line has begun.
  boolean isBroken() {
    return isBroken;
  }
}
