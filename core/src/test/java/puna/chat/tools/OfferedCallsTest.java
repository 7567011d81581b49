package puna.chat.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls of tools that are known to be offered, in all formats.
class OfferedCallsTest {
  private static final OfferedNames OFFERED = OfferedNames.of(List.of("get", "now"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\": \"Paris\", \"parameters\": {\"people\": 2}}",
        "[{\"name\": \"Paris\", \"parameters\": {}}]",
        "{\"parameters\": {\"depth\": 3}, \"name\": \"tree\"}",
        "{\"answer\": {\"name\": \"get\", \"parameters\": {}}}",
        "[1, {\"name\": \"get\", \"parameters\": {}}]",
        "{\"first\": 1, \"then\": [{\"name\": \"get\", \"parameters\": {}}]}",
        "[Point(x=1)]",
        "requests.call(url=\"x\")",
        "Use `get` with {\"city\": \"Bern\"}.",
        "```json\n{\"city\": \"Bern\"}\n```",
        "```java\nint x = 1;\n```",
        "```\n",
        "``` ```"
      })
  void leavesWhatNamesNoneAsText(String text) {
    ParsedMessage message = ParsedMessage.of(ToolFormat.LLAMA_JSON, OFFERED, text);
    assertThat(message.calls()).isEmpty();
    assertThat(message.text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\": \"now\"}",
        "{\"name\": \"now\", \"parameters\": null}",
        "{\"name\": \"now\", \"parameters\": \"\"}",
        "{\"type\": \"function\", \"name\": \"now\"}",
        "{\"type\": \"function\", \"function\": {\"name\": \"now\"}}",
        "{\"function\": \"now\", \"parameters\": {}}",
        "[{\"name\": \"now\"}]",
        "{'name': 'now', 'parameters': None}",
        "```json\n{\"name\": \"now\"}\n```",
        "```\n[now()]\n```\n",
        "<|python_tag|>{\"name\": \"now\"}",
        "<function=now></function>",
        "<function=now>\n</function>\n",
        "<function=now>null</function>",
        "<tool_call>\n```json\n{\"name\": \"now\"}\n```\n</tool_call>"
      })
  void readsCallsWithoutArguments(String text) {
    ParsedMessage message = ParsedMessage.of(ToolFormat.LLAMA_JSON, OFFERED, text);
    assertThat(message.calls()).containsExactly("now {}");
    assertThat(message.text()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Look. {\"name\": \"now\"} | `Look. `",
        "Look: [get(a=1)] | `Look: `",
        "Sure!```json\\n{\"name\": \"now\"}\\n``` | `Sure!`",
        "{ok} {\"name\": \"now\"} | `{ok} `",
        "[1,\\n\\n{\"name\": \"now\"} | `[1,\\n\\n`"
      })
  void findsCallsBehindWords(String text, String words) {
    ParsedMessage message =
        ParsedMessage.of(ToolFormat.LLAMA_JSON, OFFERED, text.replace("\\n", "\n"));
    assertThat(message.calls()).hasSize(1);
    assertThat(message.text()).isEqualTo(words.replace("\\n", "\n"));
  }

  @Test
  void leavesWordsBeforeJsonAloneWhereNamesAreUnknown() {
    String text = "Look. {\"name\": \"now\", \"parameters\": {}}";
    assertThat(ParsedMessage.of(ToolFormat.LLAMA_JSON, text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "FUNCTIONARY | ~get\n{\"a\": 1}>>>now\n{}~",
        "FUNCTIONARY | ~all\nI look.>>>get\n{\"a\": 1}\n>>>now\n{}~",
        "FIREFUNCTION | ~ functools[{\"name\": \"get\", \"arguments\": {\"a\": 1}}, {\"name\": \"now\"}]~",
        "NEMOTRON | ~<TOOLCALL>[{\"name\": \"get\", \"arguments\": {\"a\": 1}}, {\"name\": \"now\"}]</TOOLCALL>~",
        "DEEPSEEK | ~<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get\n```json\n{\"a\": 1}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>now\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>~",
        "MISTRAL | ~[TOOL_CALLS][{\"name\": \"get\", \"arguments\": {\"a\": 1}}, {\"name\": \"now\"}]~",
        "MISTRAL_NAMED | ~[TOOL_CALLS]get [ARGS] {\"a\": 1}[TOOL_CALLS]now[ARGS]null~",
        "HERMES | ~<tool_call>{'name': 'get', 'arguments': {'a': 1,}}</tool_call><tool_call>{\"name\": \"now\"}</tool_call>~",
        "FUNCTION_TAG | ~<function=get>\t{'a': 1}</function>\n<function=now></function>~",
        "PYTHON_LIST | ~[get(a=1), # and\n (now())]~",
        "LLAMA_JSON | ~{\"name\": \"get\", \"parameters\": {\"a\": 1}}; {\"name\": \"now\"}~"
      })
  void readsTwoCallsInEveryFormat(ToolFormat format, String text) {
    ParsedMessage message = ParsedMessage.of(format, OFFERED, text);
    assertThat(message.calls()).containsExactly("get {\"a\":1}", "now {}");
    assertThat(message.text()).isIn("", "I look.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "FUNCTIONARY | ~Hello there~",
        "FUNCTIONARY | ~Hello\n{\"a\": 1}~",
        "FUNCTIONARY | ~get\nno object~",
        "FIREFUNCTION | ~use functools.partial~",
        "NEMOTRON | ~<TOOLCALL>none</TOOLCALL>~",
        "DEEPSEEK | ~<｜tool▁calls▁begin｜>none~",
        "DEEPSEEK | ~```json\n{\"a\": 1}\n```~",
        "MISTRAL_NAMED | ~[TOOL_CALLS]other~",
        "HERMES | ~{\"name\": \"now\"}~",
        "HERMES | ~```json\n{\"name\": \"now\"}\n```~"
      })
  void leavesWhatIsNoCallOfTheFormatAsText(ToolFormat format, String text) {
    ParsedMessage message = ParsedMessage.of(format, OFFERED, text);
    assertThat(message.calls()).isEmpty();
    assertThat(message.text()).isEqualTo(text);
  }

  @Test
  void readsFunctionarysCodeToItsEnd() {
    ParsedMessage code = ParsedMessage.of(ToolFormat.FUNCTIONARY, OFFERED, "python\n1 >>> 0\n");
    assertThat(code.calls()).containsExactly("python {\"code\":\"1 >>> 0\\n\"}");
    OfferedNames python = OfferedNames.of(List.of("python"));
    assertThat(
            ParsedMessage.of(ToolFormat.FUNCTIONARY, python, "python\n{\"code\": \"1\"}").calls())
        .containsExactly("python {\"code\":\"1\"}");
  }

  @Test
  void takesMarksInStringsForLetters() {
    for (ToolFormat format : List.of(ToolFormat.HERMES, ToolFormat.LLAMA_JSON)) {
      for (String mark : format.marks()) {
        ParsedMessage message =
            ParsedMessage.of(
                format,
                OFFERED,
                format.marks(),
                List.of(
                    format == ToolFormat.HERMES ? CallMarks.TOOL_CALL : CallMarks.PYTHON,
                    "{\"name\": \"get\", \"arguments\": {\"a\": \"x",
                    mark,
                    "y\"}}"));
        assertThat(message.calls()).containsExactly("get {\"a\":\"x" + mark + "y\"}");
      }
    }
    ParsedMessage between =
        ParsedMessage.of(
            ToolFormat.HERMES,
            OFFERED,
            Set.of(CallMarks.TOOL_CALL, CallMarks.TOOL_CALL_END),
            List.of(CallMarks.TOOL_CALL, "{\"name\": \"get\"", CallMarks.TOOL_CALL_END, "!"));
    assertThat(between.calls()).isEmpty();
    assertThat(between.text()).isEqualTo("<tool_call>{\"name\": \"get\"</tool_call>!");
  }

  @Test
  void findsTheFormatOfATemplate() {
    assertThat(ToolFormat.of("… <TOOLCALL> …")).isEqualTo(ToolFormat.NEMOTRON);
    assertThat(ToolFormat.of("… functools[ …")).isEqualTo(ToolFormat.FIREFUNCTION);
    assertThat(ToolFormat.of("… >>>all\n …")).isEqualTo(ToolFormat.FUNCTIONARY);
    assertThat(ToolFormat.of("… <｜tool▁calls▁begin｜> …")).isEqualTo(ToolFormat.DEEPSEEK);
    for (ToolFormat format : ToolFormat.values()) {
      assertThat(ToolFormat.named(format.label())).contains(format);
    }
    assertThat(ToolFormat.named("LLAMA_JSON")).isEmpty();
  }
}
