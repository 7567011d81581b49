package puna.chat.tools;

/// A stretch of text that is one call, or a list of them, read character by character.
interface CallBlock {
  /// How the stretch stands after a character.
  enum Progress {
    MORE,
    /// The character was the last one.
    COMPLETE,
    /// The stretch is no call.
    MALFORMED
  }

  Progress append(char c);

  /// Nothing more of it comes; never `MORE`.
  default Progress end() {
    return Progress.MALFORMED;
  }

  /// True where a mark that comes as a special token is no mark but part of the call: in a string,
  /// or in what stands before the arguments.
  boolean takesMarks();
}
