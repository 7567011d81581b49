package puna.chat.tools;

import java.util.ArrayDeque;
import java.util.Deque;

/// The JSON text of a literal as it becomes certain. A closing quote and a comma are held back:
/// Python may go on with the string, and may end a list with the comma.
final class LiteralText {
  private final StringBuilder certain = new StringBuilder();
  private final StringBuilder held = new StringBuilder();
  private final Deque<StringBuilder> tuples = new ArrayDeque<>(); // parentheses that are open

  /// What parentheses turned out to be.
  enum Tuple {
    LIST,
    /// One value without a comma.
    BARE,
    /// The value comes otherwise.
    DROPPED
  }

  void append(String json) {
    if (!json.isEmpty()) {
      release();
      out().append(json);
    }
  }

  void hold(String json) {
    held.append(json);
  }

  /// Nothing more comes, so what is held is certain.
  void release() {
    out().append(held);
    held.setLength(0);
  }

  void dropHeld() {
    held.setLength(0);
  }

  void dropHeldComma() {
    int comma = held.indexOf(",");
    if (comma >= 0) {
      held.deleteCharAt(comma);
    }
  }

  void openTuple() {
    release();
    tuples.push(new StringBuilder());
  }

  void closeTuple(Tuple tuple) {
    release();
    String inner = tuples.pop().toString();
    switch (tuple) {
      case LIST -> append("[" + inner + "]");
      case BARE -> append(inner);
      case DROPPED -> {}
    }
  }

  String take() {
    if (!tuples.isEmpty()) {
      return "";
    }
    String taken = certain.toString();
    certain.setLength(0);
    return taken;
  }

  private StringBuilder out() {
    return tuples.isEmpty() ? certain : tuples.element();
  }
}
