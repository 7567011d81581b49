package puna.chat.tools;

/// Where in a message the next character stands.
enum Place {
  START,
  AFTER_PYTHON_TAG,
  AFTER_TOOL_CALL,
  AFTER_TOOL_CALLS,
  AFTER_DEEPSEEK_CALL,
  AFTER_FENCE,
  RECIPIENT,
  AFTER_RECIPIENT,
  AFTER_CALL,
  TEXT,
  BLOCK
}
