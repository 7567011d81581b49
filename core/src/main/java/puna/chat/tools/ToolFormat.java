package puna.chat.tools;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
  MISTRAL_NAMED,
  /// `NAME`, a line end and `{…}`, each part after the first behind `>>>`; `all` is text.
  FUNCTIONARY,
  /// `functools[{"name": …, "arguments": {…}}]`.
  FIREFUNCTION,
  /// `<TOOLCALL>[{"name": …, "arguments": {…}}]</TOOLCALL>`.
  NEMOTRON,
  /// DeepSeek's marks around `function`, `NAME` and a fenced block of JSON.
  DEEPSEEK;

  private static final Set<String> LLAMA_MARKS =
      Set.of(
          CallMarks.PYTHON,
          CallMarks.PYTHON_START,
          CallMarks.PYTHON_END,
          CallMarks.FUNCTION,
          CallMarks.FUNCTION_END,
          CallMarks.TOOL_CALL,
          CallMarks.TOOL_CALL_END);
  private static final Set<String> MISTRAL_MARKS =
      Set.of(CallMarks.TOOL_CALLS, CallMarks.CALL_ID, CallMarks.ARGUMENTS);
  private static final Set<String> DEEPSEEK_MARKS =
      Set.of(
          CallMarks.DEEPSEEK_CALLS,
          CallMarks.DEEPSEEK_CALLS_END,
          CallMarks.DEEPSEEK_CALL,
          CallMarks.DEEPSEEK_CALL_END,
          CallMarks.DEEPSEEK_SEPARATOR);

  /// The format that a chat template shows to its model, by the marks in its text.
  ///
  /// @param template empty for a model without one; then calls are read in all formats of Llama
  public static ToolFormat of(String template) {
    if (template.contains(CallMarks.TOOL_CALLS)) {
      return template.contains(CallMarks.ARGUMENTS) ? MISTRAL_NAMED : MISTRAL;
    }
    if (template.contains(CallMarks.DEEPSEEK_CALLS)) {
      return DEEPSEEK;
    }
    if (template.contains(CallMarks.NEMOTRON)) {
      return NEMOTRON;
    }
    if (template.contains(CallMarks.FIREFUNCTION + "[")) {
      return FIREFUNCTION;
    }
    if (template.contains(CallMarks.RECIPIENT + CallNames.ALL)) {
      return FUNCTIONARY;
    }
    if (template.contains(CallMarks.TOOL_CALL)) {
      return HERMES;
    }
    if (template.contains(CallMarks.FUNCTION)) {
      return FUNCTION_TAG;
    }
    return template.contains("func_name1(") ? PYTHON_LIST : LLAMA_JSON;
  }

  /// The format of that name, such as `llama-json`.
  public static Optional<ToolFormat> named(String name) {
    for (ToolFormat format : values()) {
      if (format.label().equals(name)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /// The names of all, in their order.
  public static List<String> labels() {
    return Arrays.stream(values()).map(ToolFormat::label).toList();
  }

  /// Its name, such as `llama-json`.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The special tokens that a vocabulary of this family may have for its marks. A reader of calls
  /// wants to see them, though they have no text.
  public Set<String> marks() {
    return switch (this) {
      case LLAMA_JSON, PYTHON_LIST, FUNCTION_TAG, HERMES -> LLAMA_MARKS;
      case MISTRAL, MISTRAL_NAMED -> MISTRAL_MARKS;
      case FUNCTIONARY -> Set.of(CallMarks.RECIPIENT);
      case FIREFUNCTION -> Set.of(CallMarks.FIREFUNCTION);
      case NEMOTRON -> Set.of(CallMarks.NEMOTRON, CallMarks.NEMOTRON_END);
      case DEEPSEEK -> DEEPSEEK_MARKS;
    };
  }

  /// True where a message that is nothing but a call needs no mark.
  boolean callsWithoutMark() {
    return switch (this) {
      case LLAMA_JSON, PYTHON_LIST, FUNCTION_TAG -> true;
      case HERMES, MISTRAL, MISTRAL_NAMED, FUNCTIONARY, FIREFUNCTION, NEMOTRON, DEEPSEEK -> false;
    };
  }

  /// True where a fence of a block of code may stand around a call.
  boolean fencesCalls() {
    return callsWithoutMark() || this == HERMES || this == DEEPSEEK;
  }
}
