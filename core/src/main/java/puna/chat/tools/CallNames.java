package puna.chat.tools;

import java.util.Set;
import java.util.regex.Pattern;

/// Names that calls may carry.
final class CallNames {
  /// Characters that a name may have.
  static final int MAX_LENGTH = 128;

  /// Runs the code that follows `<|python_tag|>`.
  static final String CODE_INTERPRETER = "code_interpreter";

  /// The tools that Llama 3.1 knows by itself: each takes one `query`.
  static final Set<String> BUILT_IN = Set.of("brave_search", "wolfram_alpha", "photogen");

  private static final Pattern PYTHON =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)*");

  private CallNames() {}

  /// True for names that Python code can call.
  static boolean isPython(CharSequence name) {
    return name.length() <= MAX_LENGTH && PYTHON.matcher(name).matches();
  }

  static boolean isPythonStart(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  static boolean isPythonPart(char c) {
    return isPythonStart(c) || (c >= '0' && c <= '9');
  }
}
