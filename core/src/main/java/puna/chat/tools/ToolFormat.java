package puna.chat.tools;

import java.util.Set;

/// How the models of a family write tool calls.
public enum ToolFormat {
  /// `{"name": …, "parameters": {…}}`: Llama 3.1 and later by their templates.
  LLAMA_JSON,
  /// `[f(a=1), g()]`: Llama 3.2 and later by Meta's prompts.
  PYTHON_LIST,
  /// `<function=NAME>{…}</function>`.
  FUNCTION_TAG,
  /// `<tool_call>{"name": …, "arguments": {…}}</tool_call>`, once for each call.
  HERMES,
  /// `[TOOL_CALLS][{"name": …, "arguments": {…}}]`.
  MISTRAL,
  /// `[TOOL_CALLS]NAME[ARGS]{…}`, once for each call.
  MISTRAL_NAMED;

  private static final Set<String> LLAMA_MARKS =
      Set.of(
          Marks.PYTHON,
          Marks.PYTHON_START,
          Marks.PYTHON_END,
          Marks.FUNCTION,
          Marks.FUNCTION_END,
          Marks.TOOL_CALL,
          Marks.TOOL_CALL_END);
  private static final Set<String> MISTRAL_MARKS =
      Set.of(Marks.TOOL_CALLS, Marks.CALL_ID, Marks.ARGUMENTS);

  /// The format that a chat template shows to its model, by the marks in its text.
  ///
  /// @param template empty for a model without one; then calls are read in all formats of Llama
  public static ToolFormat of(String template) {
    if (template.contains(Marks.TOOL_CALLS)) {
      return template.contains(Marks.ARGUMENTS) ? MISTRAL_NAMED : MISTRAL;
    }
    if (template.contains(Marks.TOOL_CALL)) {
      return HERMES;
    }
    if (template.contains(Marks.FUNCTION)) {
      return FUNCTION_TAG;
    }
    return template.contains("func_name1(") ? PYTHON_LIST : LLAMA_JSON;
  }

  /// The special tokens that a vocabulary of this family may have for its marks. A reader of calls
  /// wants to see them, though they have no text.
  public Set<String> marks() {
    return switch (this) {
      case LLAMA_JSON, PYTHON_LIST, FUNCTION_TAG, HERMES -> LLAMA_MARKS;
      case MISTRAL, MISTRAL_NAMED -> MISTRAL_MARKS;
    };
  }

  /// True where a message that is nothing but a call needs no mark.
  boolean callsWithoutMark() {
    return switch (this) {
      case LLAMA_JSON, PYTHON_LIST, FUNCTION_TAG -> true;
      case HERMES, MISTRAL, MISTRAL_NAMED -> false;
    };
  }
}
