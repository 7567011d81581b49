package puna.engine;

import org.jspecify.annotations.Nullable;

/// A prompt that several sequences begin with: one of them reads it, the others wait, and then take
/// up its blocks. The engine's thread owns it.
final class SharedPrompt {
  private final int length;
  private @Nullable Sequence reader;
  private boolean read;

  /// @param length tokens of the prompt
  SharedPrompt(int length) {
    this.length = length;
  }

  /// True when the sequence need not wait for another to read the prompt.
  boolean admits(Sequence sequence) {
    return read || reader == null || reader == sequence;
  }

  void admitted(Sequence sequence) {
    if (!read) {
      reader = sequence;
    }
  }

  /// Takes note of how many positions a sequence has computed.
  void computed(int positions) {
    read |= positions >= length;
  }

  /// A sequence is gone: if it did not finish reading, another must.
  void left(Sequence sequence) {
    if (reader == sequence) {
      reader = null;
    }
  }
}
