package puna.chat.tools;

import java.util.Set;

/// Names that calls may carry.
final class CallNames {
  /// Characters that a name may have.
  static final int MAX_LENGTH = 128;

  /// Runs the code that follows `<|python_tag|>`.
  static final String CODE_INTERPRETER = "code_interpreter";

  /// What functionary calls the tool that runs code, and the reader of its words.
  static final String PYTHON = "python";

  static final String ALL = "all";

  /// The tools that Llama 3.1 knows by itself: each takes one `query`.
  static final Set<String> BUILT_IN = Set.of("brave_search", "wolfram_alpha", "photogen");

  private CallNames() {}

  /// True for names that Python code can call, with dots between their parts.
  static boolean isPython(String name) {
    if (name.length() > MAX_LENGTH) {
      return false;
    }
    for (String part : name.split("\\.", -1)) {
      if (!isIdentifier(part)) {
        return false;
      }
    }
    return true;
  }

  /// True for Python's identifiers, which may be of any script.
  static boolean isIdentifier(String name) {
    int[] points = name.codePoints().toArray();
    for (int i = 0; i < points.length; i++) {
      boolean allowed =
          points[i] == '_'
              || (i == 0
                  ? Character.isUnicodeIdentifierStart(points[i])
                  : Character.isUnicodeIdentifierPart(points[i])
                      && !Character.isIdentifierIgnorable(points[i]));
      if (!allowed) {
        return false;
      }
    }
    return points.length > 0 && name.length() <= MAX_LENGTH;
  }

  /// True for characters that an identifier may begin with; halves of surrogate pairs count.
  static boolean isPythonStart(char c) {
    return c == '_' || Character.isUnicodeIdentifierStart(c) || Character.isSurrogate(c);
  }

  static boolean isPythonPart(char c) {
    return isPythonStart(c)
        || (Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
  }
}
