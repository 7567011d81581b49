package puna.chat.tools;

/// What opens, parts and closes tool calls: one special token in some vocabularies, text in others.
final class Marks {
  static final String PYTHON = "<|python_tag|>";
  static final String PYTHON_START = "<|python_start|>";
  static final String PYTHON_END = "<|python_end|>";
  static final String FUNCTION = "<function=";
  static final String FUNCTION_END = "</function>";
  static final String TOOL_CALL = "<tool_call>";
  static final String TOOL_CALL_END = "</tool_call>";
  static final String TOOL_CALLS = "[TOOL_CALLS]";
  static final String CALL_ID = "[CALL_ID]";
  static final String ARGUMENTS = "[ARGS]";

  private Marks() {}
}
