package puna.chat.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Messages made of whole, broken and interleaved calls, and of garbage.
final class RandomAnswers {
  private static final List<String> PIECES =
      List.of(
          CallMarks.PYTHON,
          CallMarks.PYTHON_START,
          CallMarks.PYTHON_END,
          CallMarks.FUNCTION,
          CallMarks.FUNCTION_END,
          CallMarks.TOOL_CALL,
          CallMarks.TOOL_CALL_END,
          CallMarks.TOOL_CALLS,
          CallMarks.CALL_ID,
          CallMarks.ARGUMENTS,
          CallMarks.NEMOTRON,
          CallMarks.NEMOTRON_END,
          CallMarks.FIREFUNCTION,
          CallMarks.RECIPIENT,
          CallMarks.DEEPSEEK_CALLS,
          CallMarks.DEEPSEEK_CALL,
          "function",
          CallMarks.DEEPSEEK_SEPARATOR,
          CallMarks.DEEPSEEK_CALL_END,
          CallMarks.FENCE,
          "```json\n",
          "all\n",
          "f\n{\"a\": 1}",
          "f\n```json\n{\"a\": 1}\n```",
          "{'name': 'f', 'arguments': {'a': True, 'b': 'x' \"y\",},}",
          "{\"name\": \"f\", \"parameters\": {\"a\": \"</tool_call>[TOOL_CALLS]\"}}",
          "{\"type\": \"function\", \"function\": {\"name\": \"f\", \"parameters\": {}}}",
          "{\"name\": \"f\"}",
          "null",
          "[TOOL_CALLS]g",
          "# no\n",
          "<|eom_id|>",
          "{\"name\": \"f\", \"parameters\": {\"a\": [1, {\"b\": null}], \"c\": \"é\\n\"}}",
          "{\"name\": \"g\", \"arguments\": {}}",
          "[f(a=1, b='x'), g()]",
          "[{\"name\": \"f\", \"arguments\": {\"x\": -1.5e3}}]",
          "brave_search.call(query=\"q\")",
          "f>{\"a\": 1}",
          "f>{'a': True}",
          "f{\"a\": 1}",
          "print('hi')\n",
          "Some text. ",
          "{\"",
          "name",
          "\": ",
          "\"",
          "}",
          "]",
          "[",
          "(",
          ")",
          "'",
          "'''",
          "\\",
          "<",
          "<to",
          ",",
          ";",
          " ",
          "\n",
          "=",
          "1",
          "😀",
          "\ud83d",
          "\u0000");

  private RandomAnswers() {}

  static List<String> parts(Random random) {
    List<String> parts = new ArrayList<>();
    int count = 1 + random.nextInt(8);
    for (int i = 0; i < count; i++) {
      String piece = PIECES.get(random.nextInt(PIECES.size()));
      // Some pieces are cut short, as answers are that reach their limit.
      parts.add(
          random.nextInt(5) == 0 ? piece.substring(0, random.nextInt(piece.length()) + 1) : piece);
    }
    return parts;
  }
}
