package puna.agent;

import java.util.ArrayList;
import java.util.List;

/// The words of a command line, as shells cut it: spaces separate, `'…'` and `"…"` hold together. A
/// backslash takes the next character as it is outside of `'…'`, where that is a space, a quotation
/// mark or a backslash; elsewhere it stays, for Windows' paths are full of them. Nothing else has a
/// meaning: no shell runs the command.
final class CommandWords {
  private final String line;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private char quote; // the one that is open, or 0

  private CommandWords(String line) {
    this.line = line;
  }

  /// @throws IllegalArgumentException when a quotation mark is not closed
  static List<String> of(String line) {
    return new CommandWords(line).words();
  }

  private List<String> words() {
    for (int at = 0; at < line.length(); at++) {
      char next = line.charAt(at);
      if (next == '\\' && quote != '\'' && at + 1 < line.length() && isEscaped(at + 1)) {
        append(line.charAt(++at));
      } else if (quote != 0) {
        quoted(next);
      } else if (next == '"' || next == '\'') {
        quote = next;
        inWord = true;
      } else if (Character.isWhitespace(next)) {
        end();
      } else {
        append(next);
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException(
          "a command must close %s, found %s".formatted(quote, line));
    }
    end();
    return words;
  }

  private boolean isEscaped(int at) {
    char next = line.charAt(at);
    return next == '"' || next == '\\' || (quote == 0 && (next == '\'' || next == ' '));
  }

  private void quoted(char next) {
    if (next == quote) {
      quote = 0;
    } else {
      append(next);
    }
  }

  private void append(char next) {
    word.append(next);
    inWord = true;
  }

  private void end() {
    if (inWord) {
      words.add(word.toString());
    }
    word.setLength(0);
    inWord = false;
  }
}
