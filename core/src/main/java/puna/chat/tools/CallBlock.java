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
}
