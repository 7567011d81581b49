package puna.chat.tools;

/// What opens, parts and closes tool calls: one special token in some vocabularies, text in others.
final class CallMarks {
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
  static final String NEMOTRON = "<TOOLCALL>";
  static final String NEMOTRON_END = "</TOOLCALL>";
  static final String FIREFUNCTION = "functools";
  static final String RECIPIENT = ">>>";
  static final String DEEPSEEK_CALLS = "<｜tool▁calls▁begin｜>";
  static final String DEEPSEEK_CALLS_END = "<｜tool▁calls▁end｜>";
  static final String DEEPSEEK_CALL = "<｜tool▁call▁begin｜>";
  static final String DEEPSEEK_CALL_END = "<｜tool▁call▁end｜>";
  static final String DEEPSEEK_SEPARATOR = "<｜tool▁sep｜>";
  static final String FENCE = "```";

  private CallMarks() {}
}
