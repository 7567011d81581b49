package puna.chat.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.TestSeed;
import puna.chat.ChatEvent;

class ToolCallParserTest {
  private static final Set<String> LLAMA =
      Set.of(CallMarks.PYTHON, CallMarks.PYTHON_START, CallMarks.PYTHON_END);

  @Test
  void readsJsonCallsOfLlama() {
    assertThat(llama("{\"name\": \"f\", \"parameters\": {\"city\": \"Zürich\", \"n\": 2}}"))
        .containsExactly("f {\"city\":\"Zürich\",\"n\":2}");
    assertThat(llama(" {\"type\": \"function\", \"name\": \"f\", \"parameters\": {}} "))
        .containsExactly("f {}");
    assertThat(
            llama(
                CallMarks.PYTHON,
                "{\"type\":\"function\",\"name\":\"f\",\"parameters\":{\"a\":[1]}}"))
        .containsExactly("f {\"a\":[1]}");
    assertThat(llama("{\"parameters\": {\"a\": 1}, \"name\": \"late\"}"))
        .containsExactly("late {\"a\":1}");
    assertThat(llama("{\"name\": \"f\", \"arguments\": \"{\\\"a\\\": 1}\"}"))
        .containsExactly("f {\"a\":1}");
  }

  @Test
  void takesTheLastOfEqualKeys() {
    assertThat(llama("{\"name\": \"f\", \"parameters\": {\"a\": 1, \"a\": 2}}"))
        .containsExactly("f {\"a\":2}");
    assertThat(llama("{\"name\": \"f\", \"name\": \"g\", \"parameters\": {}}"))
        .containsExactly("g {}");
    assertThat(llama("{\"name\": \"f\", \"parameters\": {\"a\": 1}, \"arguments\": {\"b\": 2}}"))
        .containsExactly("f {\"b\":2}");
    assertThat(llama("{\"name\": \"f\", \"parameters\": {\"a\": 1}, \"name\": \"g\"}"))
        .containsExactly("g {\"a\":1}");
    assertThat(llama("[f(a=1, a=2)]")).containsExactly("f {\"a\":2}");
  }

  @Test
  void readsSeveralJsonCalls() {
    String first = "{\"name\":\"f\",\"parameters\":{\"a\":1}}";
    String second = "{\"name\":\"g\",\"parameters\":{}}";
    for (String separator : List.of("", ";", "; ", "\n", " , ")) {
      assertThat(llama(first + separator + second)).containsExactly("f {\"a\":1}", "g {}");
    }
    assertThat(llama("[{\"name\":\"f\",\"parameters\":{}},\n{\"name\":\"g\",\"parameters\":{}}]"))
        .containsExactly("f {}", "g {}");
  }

  @Test
  void readsFunctionTags() {
    assertThat(llama("<function=f>{\"a\": 1}</function>")).containsExactly("f {\"a\":1}");
    assertThat(llama("<function=f>{'a': True, 'b': \"x'y\"}</function>"))
        .containsExactly("f {\"a\":true,\"b\":\"x'y\"}");
    assertThat(llama("<function=f>{}")).containsExactly("f {}");
    ParsedMessage two =
        ParsedMessage.of(
            ToolFormat.FUNCTION_TAG,
            "First <function=f>{\"a\":1}</function>\n<function=g>{ }</function>");
    assertThat(two.calls()).containsExactly("f {\"a\":1}", "g {}");
    assertThat(two.text()).isEqualTo("First ");
  }

  @Test
  void readsListsOfPythonCalls() {
    assertThat(llama("[f1(a=1, b='x'), f2()]"))
        .containsExactly("f1 {\"a\":1,\"b\":\"x\"}", "f2 {}");
    assertThat(
            llama(
                "[ a.b ( x = -1.50, y=[1,(2,),{'k': None}], z=\"q, )]\" , ), ]",
                CallMarks.PYTHON_END))
        .containsExactly("a.b {\"x\":-1.50,\"y\":[1,[2],{\"k\":null}],\"z\":\"q, )]\"}");
    assertThat(
            llama(CallMarks.PYTHON, "[f(a=1_000, b=0x1F, c=.5, d=2., e=(3), g='''it's''', h='')]"))
        .containsExactly(
            "f {\"a\":1000,\"b\":31,\"c\":0.5,\"d\":2.0,\"e\":3,\"g\":\"it's\",\"h\":\"\"}");
  }

  @Test
  void readsBuiltInCallsAndCode() {
    assertThat(llama(CallMarks.PYTHON, "brave_search.call(query=\"puna, (Hawaii)\")"))
        .containsExactly("brave_search {\"query\":\"puna, (Hawaii)\"}");
    assertThat(llama("brave_search.call(query=\"x\")"))
        .containsExactly("brave_search {\"query\":\"x\"}");
    assertThat(llama("{\"name\": \"brave_search\", \"parameters\": {\"q\": \"x\"}}"))
        .containsExactly("brave_search {\"query\":\"x\"}");
    assertThat(llama(CallMarks.PYTHON, "x = 5\nprint(f'{x}😀')\n"))
        .containsExactly("code_interpreter {\"code\":\"x = 5\\nprint(f'{x}😀')\\n\"}");
    assertThat(llama(CallMarks.PYTHON, "[i for i in range(3)]"))
        .containsExactly("code_interpreter {\"code\":\"[i for i in range(3)]\"}");
    assertThat(llama(CallMarks.PYTHON, "foo"))
        .containsExactly("code_interpreter {\"code\":\"foo\"}");
    assertThat(llama(CallMarks.PYTHON, "math.call(1)"))
        .containsExactly("code_interpreter {\"code\":\"math.call(1)\"}");
  }

  @Test
  void readsLlama4Messages() {
    ParsedMessage message =
        ParsedMessage.of(
            ToolFormat.LLAMA_JSON,
            LLAMA,
            List.of(
                CallMarks.PYTHON_START,
                "Let me see.",
                CallMarks.PYTHON_END,
                "{\"name\": \"f\", \"parameters\": {}}{\"name\": \"g\", \"parameters\": {\"a\": 1}}"));
    assertThat(message.text()).isEqualTo("Let me see.");
    assertThat(message.calls()).containsExactly("f {}", "g {\"a\":1}");
    assertThat(llama(CallMarks.PYTHON_START, "[f(a=1)]", CallMarks.PYTHON_END))
        .containsExactly("f {\"a\":1}");
  }

  @Test
  void readsHermesCalls() {
    String text =
        """
        I look it up.
        <tool_call>
        {"name": "f", "arguments": {"a": 1}}
        </tool_call>
        <tool_call>{"name": "g"}</tool_call>
        """;
    Set<String> specials = Set.of(CallMarks.TOOL_CALL, CallMarks.TOOL_CALL_END);
    List<String> tokens =
        List.of(
            "I look it up.\n",
            CallMarks.TOOL_CALL,
            "\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n",
            CallMarks.TOOL_CALL_END,
            "\n",
            CallMarks.TOOL_CALL,
            "{\"name\": \"g\"}",
            CallMarks.TOOL_CALL_END,
            "\n");
    for (ParsedMessage message :
        List.of(
            ParsedMessage.of(ToolFormat.HERMES, text),
            ParsedMessage.of(ToolFormat.HERMES, specials, tokens))) {
      assertThat(message.calls()).containsExactly("f {\"a\":1}", "g {}");
      assertThat(message.text()).isEqualTo("I look it up.\n");
    }
    assertThat(
            ParsedMessage.of(ToolFormat.HERMES, "<tool_call>[{\"name\":\"f\",\"arguments\":{}}]")
                .calls())
        .containsExactly("f {}");
  }

  @Test
  void readsMistralCalls() {
    Set<String> specials = Set.of(CallMarks.TOOL_CALLS, CallMarks.ARGUMENTS, CallMarks.CALL_ID);
    ParsedMessage list =
        ParsedMessage.of(
            ToolFormat.MISTRAL,
            specials,
            List.of(
                CallMarks.TOOL_CALLS,
                " [{\"name\": \"f\", \"arguments\": {\"a\": 1}, \"id\": \"abc123xyz\"},"
                    + " {\"id\": \"def\", \"name\": \"g\", \"arguments\": {}}]"));
    assertThat(list.calls()).containsExactly("f {\"a\":1}", "g {}");
    assertThat(list.message().toolCalls().get(1).id()).hasValue("def");
    ParsedMessage named =
        ParsedMessage.of(
            ToolFormat.MISTRAL_NAMED,
            specials,
            List.of(
                CallMarks.TOOL_CALLS,
                "f",
                CallMarks.CALL_ID,
                "abc",
                CallMarks.ARGUMENTS,
                "{\"a\": 1}",
                CallMarks.TOOL_CALLS,
                "g",
                CallMarks.ARGUMENTS,
                "{}"));
    assertThat(named.calls()).containsExactly("f {\"a\":1}", "g {}");
    assertThat(named.message().toolCalls().getFirst().id()).hasValue("abc");
    assertThat(
            ParsedMessage.of(ToolFormat.MISTRAL, "[TOOL_CALLS][{\"name\":\"f\",\"arguments\":{}}]")
                .calls())
        .containsExactly("f {}");
    assertThat(ParsedMessage.of(ToolFormat.MISTRAL_NAMED, "[TOOL_CALLS]f[ARGS]{\"a\":{}}").calls())
        .containsExactly("f {\"a\":{}}");
  }

  @Test
  void streamsArgumentsBeforeTheCallIsComplete() {
    ToolCallParser parser =
        new ToolCallParser(ToolFormat.LLAMA_JSON, OfferedNames.unknown(), Set.of(), () -> "id");
    assertThat(parser.append("{\"name\": \"f\", ")).isEmpty();
    assertThat(parser.append("\"parameters\": {\"a\": \"on"))
        .containsExactly(
            new ChatEvent.ToolCallStarted(0, "id", "f"),
            new ChatEvent.ArgumentsDelta(0, "{\"a\": \"on"));
    assertThat(parser.append("e\"}")).containsExactly(new ChatEvent.ArgumentsDelta(0, "e\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Hello [1] and {2}.",
        "{\"answer\": 42}",
        "{\"name\": \"Bob Smith\", \"parameters\": {}}",
        "{\"name\": \"bob\"}",
        "{\"name\": \"f\", \"parameters\": {\"a\": 1}",
        "{\"name\": \"f\", \"parameters\": {\"a\": 01}}",
        "{\"type\": \"tool\", \"name\": \"f\", \"parameters\": {}}",
        "{\"name\": \"f\", \"parameters\": [1]}",
        "[f(1)]",
        "[f(a=1), g(b=]",
        "[f(a=1), g(b=2)",
        "[f(a=open('x'))]",
        "[{\"name\":\"f\",\"parameters\":{}}, 3]",
        "[]",
        "<function=f>{\"a\": }</function>",
        "<function=>{}</function>",
        "see <function=f> for more",
        "<tool_call>nothing</tool_call>",
        "<tool_call>{\"nam\": 1}</tool_call>",
        "<|python_tag|>",
        "<|python_tag|>{\"name\": \"f\", \"parameters\": {\"a\"",
        "brave_search.call(query=\"x",
        "</function> alone",
        "  \n"
      })
  void surfacesWhatIsNoCallAsText(String text) {
    ParsedMessage message = ParsedMessage.of(ToolFormat.LLAMA_JSON, text);
    assertThat(message.calls()).isEmpty();
    assertThat(message.text()).isEqualTo(text);
  }

  @Test
  void takesMarksThatAreSpecialTokensOnlyAsSuch() {
    String text = "<|python_tag|>print(1)";
    ParsedMessage message =
        ParsedMessage.of(ToolFormat.LLAMA_JSON, LLAMA, List.of("<|python_", "tag|>print(1)"));
    assertThat(message.calls()).isEmpty();
    assertThat(message.text()).isEqualTo(text);
  }

  @Test
  void leavesUnmarkedJsonToFormatsThatMarkTheirCalls() {
    String text = "{\"name\": \"f\", \"arguments\": {}}";
    assertThat(ParsedMessage.of(ToolFormat.HERMES, text).text()).isEqualTo(text);
    assertThat(ParsedMessage.of(ToolFormat.MISTRAL, text).text()).isEqualTo(text);
  }

  @Test
  void boundsDepthLengthAndNumberOfCalls() {
    String deep = "{\"name\":\"f\",\"parameters\":{\"a\":" + "[".repeat(100_000);
    assertThat(ParsedMessage.of(ToolFormat.LLAMA_JSON, deep).text()).isEqualTo(deep);
    String nested = "[f(a=" + "[".repeat(50_000) + "]".repeat(50_000) + ")]";
    assertThat(ParsedMessage.of(ToolFormat.LLAMA_JSON, nested).text()).isEqualTo(nested);
    String huge =
        "{\"name\":\"f\",\"parameters\":{\"a\":\""
            + "x".repeat(ToolCallParser.MAX_CALL_LENGTH)
            + "\"}}";
    assertThat(ParsedMessage.of(ToolFormat.LLAMA_JSON, huge).text()).isEqualTo(huge);
    String many = "{\"name\":\"f\",\"parameters\":{}}".repeat(1000);
    ParsedMessage message = ParsedMessage.of(ToolFormat.LLAMA_JSON, many);
    assertThat(message.calls()).hasSize(ToolCallParser.MAX_CALLS);
    assertThat(message.text())
        .hasSize(many.length() - many.length() / 1000 * ToolCallParser.MAX_CALLS);
  }

  @ParameterizedTest
  @EnumSource(ToolFormat.class)
  void readsTheSameHoweverTheTextIsCut(ToolFormat format) {
    for (long seed = 0; seed < 3000; seed++) {
      Random random = TestSeed.random(seed);
      Set<String> specials = random.nextBoolean() ? format.marks() : Set.of();
      OfferedNames offered = offered(random);
      List<String> parts = RandomAnswers.parts(random);
      ParsedMessage whole = ParsedMessage.of(format, offered, specials, parts);
      ParsedMessage cut =
          ParsedMessage.of(format, offered, specials, ParsedMessage.cut(parts, specials, random));
      assertThat(cut).as("seed %s, parts %s", seed, parts).isEqualTo(whole);
    }
  }

  @Test
  void losesNothingOfMessagesWithoutCalls() {
    int withoutCalls = 0;
    for (long seed = 0; seed < 20_000; seed++) {
      // other seeds make marks of two parts, which are not text
      Random random = new Random(seed);
      List<String> parts = new ArrayList<>(RandomAnswers.parts(random));
      parts.removeIf(
          part -> part.equals(CallMarks.PYTHON_START) || part.equals(CallMarks.PYTHON_END));
      ParsedMessage message =
          ParsedMessage.of(ToolFormat.LLAMA_JSON, offered(random), Set.of(), parts);
      if (message.calls().isEmpty()) {
        withoutCalls++;
        assertThat(message.text()).as("seed %s", seed).isEqualTo(String.join("", parts));
      }
    }
    assertThat(withoutCalls).isGreaterThan(1000);
  }

  private static OfferedNames offered(Random random) {
    return random.nextBoolean() ? OfferedNames.unknown() : OfferedNames.of(List.of("f", "g"));
  }

  private static List<String> llama(String... parts) {
    ParsedMessage message = ParsedMessage.of(ToolFormat.LLAMA_JSON, LLAMA, List.of(parts));
    assertThat(message.text()).isEmpty();
    return message.calls();
  }
}
