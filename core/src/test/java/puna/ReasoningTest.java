package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.ChatOptions.Reasoning;
import puna.ChatOptions.ToolCalls;
import puna.ThinkingTemplate.Opening;
import puna.chat.ChatEvent;
import puna.chat.ChatMessage;
import puna.chat.ContentPart;
import puna.chat.Tool;
import puna.chat.ToolChoice;
import puna.json.JsonValue.JsonBoolean;
import puna.token.Tokenizer;

/// Models that think before they answer.
class ReasoningTest {
  private static final ChatOptions OPTIONS = ChatOptions.greedy().withMaxTokens(200);
  private static final ResponseFormat YES_OR_NO = ResponseFormat.choices("yes", "no");

  record Town(String name) {}

  private static final Tool SHOW = Tool.of("show", "Shows a town.", Town.class);

  @Test
  void isAPartOfItsOwn() {
    try (Llama llama = open(Opening.LEFT_TO_MODEL, "<think> ab cd </think> ef");
        ChatAnswer answer = llama.chat(question(), OPTIONS)) {
      assertThat(answer.message().content())
          .containsExactly(new ContentPart.Reasoning("ab cd"), new ContentPart.Text("ef"));
      StringBuilder reasoning = new StringBuilder();
      StringBuilder text = new StringBuilder();
      for (ChatEvent event : answer) {
        switch (event) {
          case ChatEvent.ReasoningDelta(String piece) -> reasoning.append(piece);
          case ChatEvent.TextDelta(String piece) -> text.append(piece);
          default -> {}
        }
      }
      assertThat(reasoning.toString()).isEqualTo("ab cd");
      assertThat(text.toString()).isEqualTo("ef").isEqualTo(answer.text());
      assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
    }
  }

  @Test
  void beginsAtOnceWhereThePromptOpensIt() {
    try (Llama llama = open(Opening.IN_PROMPT, "ab</think>cd");
        ChatAnswer answer = llama.chat(question(), OPTIONS)) {
      assertThat(answer.message().content())
          .containsExactly(new ContentPart.Reasoning("ab"), new ContentPart.Text("cd"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"<think>maybe</think>no", "<think>maybe</think> no", "<think></think>nzz"})
  void comesBeforeAnAnswerThatIsBound(String script) {
    try (Llama llama = open(Opening.LEFT_TO_MODEL, script);
        ChatAnswer answer = llama.chat(question(), OPTIONS.withFormat(YES_OR_NO))) {
      assertThat(answer.text()).isEqualTo("no");
      assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
    }
  }

  @Test
  void mayBeLeftOutByTheModel() {
    try (Llama llama = open(Opening.LEFT_TO_MODEL, "yzz")) {
      try (ChatAnswer answer = llama.chat(question(), OPTIONS.withFormat(YES_OR_NO))) {
        assertThat(answer.text()).isEqualTo("yes");
      }
    }
  }

  @Test
  void cannotEndAnAnswerThatMustCome() {
    try (Llama llama = open(Opening.IN_PROMPT, "ab");
        ChatAnswer answer =
            llama.chat(question(), OPTIONS.withFormat(YES_OR_NO).withMaxReasoningTokens(20))) {
      assertThat(answer.text()).isIn("yes", "no");
    }
  }

  @Test
  void endsAtItsBound() {
    try (Llama llama = open(Opening.IN_PROMPT, "abababababababababababab");
        ChatAnswer answer = llama.chat(question(), OPTIONS.withMaxReasoningTokens(5))) {
      ChatMessage message = answer.message();
      assertThat(message.content().getFirst()).isEqualTo(new ContentPart.Reasoning("ababa"));
      assertThat(answer.generation().text()).startsWith("ababa</think>");
    }
    try (Llama llama = open(Opening.LEFT_TO_MODEL, "<think>ababab");
        ChatAnswer answer = llama.chat(question(), OPTIONS.withMaxReasoningTokens(0))) {
      assertThat(answer.generation().text()).startsWith("<think></think>");
      assertThat(answer.message().content()).noneMatch(ContentPart.Reasoning.class::isInstance);
    }
  }

  @Test
  void holdsNoCalls() {
    String call = "<tool_call>{\"name\": \"show\", \"arguments\": {\"name\": \"x\"}}</tool_call>";
    try (Llama llama = open(Opening.IN_PROMPT, "I could " + call + "</think>no");
        ChatAnswer answer = llama.chat(question(), OPTIONS.withTools(SHOW))) {
      assertThat(answer.message().toolCalls()).isEmpty();
      assertThat(answer.text()).isEqualTo("no");
    }
  }

  @Test
  void leavesACallBehindItBoundToItsSchema() {
    String call = "<tool_call>{\"name\": \"show\", \"arguments\": {\"town\": \"x\"}}</tool_call>";
    String script = "I could <tool_call></think>" + call;
    for (ToolChoice choice : List.of(ToolChoice.auto(), ToolChoice.required())) {
      try (Llama llama = open(Opening.IN_PROMPT, script);
          ChatAnswer answer =
              llama.chat(
                  question(),
                  OPTIONS.withTools(SHOW).withToolChoice(choice).withToolCalls(ToolCalls.ONE))) {
        ChatMessage message = answer.message();
        assertThat(message.content().getFirst())
            .isEqualTo(new ContentPart.Reasoning("I could <tool_call>"));
        assertThat(message.toolCalls()).hasSize(1);
        assertThat(message.toolCalls().getFirst().arguments().members()).containsOnlyKeys("name");
      }
    }
  }

  @Test
  void aloneIsNoAnswer() {
    try (Llama llama = open(Opening.IN_PROMPT, "ab")) {
      try (ChatAnswer answer = llama.chat(question(), OPTIONS)) {
        assertThat(answer.finishReason()).isEqualTo(FinishReason.REASONING_ONLY);
        assertThat(answer.finishReason().isComplete()).isFalse();
        assertThat(answer.text()).isEmpty();
      }
    }
    try (Llama llama = open(Opening.IN_PROMPT, "ab")) {
      assertThatThrownBy(() -> llama.ask("?")).isInstanceOf(IncompleteAnswerException.class);
    }
  }

  @Test
  void isSwitchedWhereTheTemplateCan() {
    try (Llama llama = open(Opening.SWITCHED, "ab")) {
      try (ChatAnswer answer = llama.chat(question(), OPTIONS.withReasoning(Reasoning.OFF))) {
        assertThat(answer.message()).isEqualTo(ChatMessage.assistant("ab"));
        assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
      }
    }
    try (Llama llama = open(Opening.SWITCHED, "ab</think>cd");
        ChatAnswer answer = llama.chat(question(), OPTIONS.withReasoning(Reasoning.ON))) {
      assertThat(answer.text()).isEqualTo("cd");
    }
    try (Llama llama = open(Opening.SWITCHED, "ab")) {
      ChatOptions own = OPTIONS.withVariables(Map.of("enable_thinking", JsonBoolean.FALSE));
      try (ChatAnswer answer = llama.chat(question(), own)) {
        assertThat(answer.text()).isEqualTo("ab");
      }
    }
  }

  @Test
  void thatCannotBeSwitchedIsRefused() {
    try (Llama llama = open(Opening.IN_PROMPT, "ab")) {
      assertThatThrownBy(() -> llama.chat(question(), OPTIONS.withReasoning(Reasoning.OFF)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no switch");
    }
    Tokenizer tokenizer = TinyTokenizer.ofBytes();
    try (Llama llama = TinyLlama.open(new ScriptedDecoder(tokenizer, "ab"), tokenizer)) {
      assertThatThrownBy(() -> llama.chat(question(), OPTIONS.withReasoning(Reasoning.ON)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no marks");
      try (ChatAnswer answer = llama.chat(question(), OPTIONS.withReasoning(Reasoning.OFF))) {
        assertThat(answer.text()).isEqualTo("ab");
      }
    }
  }

  @Test
  void marksMeanNothingToAModelThatDoesNotThink() {
    Tokenizer tokenizer = TinyTokenizer.ofBytes();
    try (Llama llama =
            TinyLlama.open(new ScriptedDecoder(tokenizer, "<think>ab</think>cd"), tokenizer);
        ChatAnswer answer = llama.chat(question(), OPTIONS)) {
      assertThat(answer.message()).isEqualTo(ChatMessage.assistant("<think>ab</think>cd"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LEFT_TO_MODEL, <think>abcd</think>ef, 4",
    "LEFT_TO_MODEL, <think>ab</cd</thin ef</think>gh, 15",
    "LEFT_TO_MODEL, <think>ab  cd  </think>ef, 6",
    "LEFT_TO_MODEL, ab</think>cd, 0",
    "LEFT_TO_MODEL, <think></think>cd, 0",
    "IN_PROMPT, ab</think>cd, 2",
    "IN_PROMPT, </think>cd, 0"
  })
  void isCountedWithoutItsMarks(Opening opening, String script, int tokens) {
    try (Llama llama = open(opening, script);
        ChatAnswer answer = llama.chat(question(), OPTIONS)) {
      assertThat(answer.usage().reasoningTokens()).isEqualTo(tokens);
      assertThat(answer.usage().completionTokens()).isEqualTo(script.length() + 1);
      assertThat(answer.timings().usage()).isEqualTo(answer.usage());
      assertThat(answer.generation().usage().reasoningTokens()).isZero();
    }
  }

  @Test
  void isAllThatIsCountedWhereItNeverEnds() {
    for (String script : List.of("abcdef", "abcde</thi")) {
      try (Llama llama = open(Opening.IN_PROMPT, script);
          ChatAnswer answer = llama.chat(question(), OPTIONS.withMaxTokens(script.length()))) {
        assertThat(answer.usage().reasoningTokens()).isEqualTo(script.length());
      }
    }
    try (Llama llama = open(Opening.IN_PROMPT, "abababababababab");
        ChatAnswer answer = llama.chat(question(), OPTIONS.withMaxReasoningTokens(5))) {
      assertThat(answer.usage().reasoningTokens()).isEqualTo(5);
    }
  }

  private static List<ChatMessage> question() {
    return List.of(ChatMessage.user("a"));
  }

  @Test
  void halfACallIsToldApart() {
    String thought = "<think>ab</think>";
    String call = "<tool_call>{\"name\": \"show\", \"arguments\": {\"name\": \"ab\"}}";
    String script = thought + "cd" + call + "</tool_call>";
    for (int half = 0; half < call.length(); half += 3) {
      int tokens = thought.length() + "cd".length() + half;
      ChatOptions options = OPTIONS.withTools(SHOW).withMaxTokens(tokens);
      try (Llama llama = open(Opening.LEFT_TO_MODEL, script);
          ChatAnswer answer = llama.chat(question(), options)) {
        assertThat(answer.cutCall().orElse("")).isEqualTo(call.substring(0, half));
        assertThat(answer.text()).isEqualTo("cd" + call.substring(0, half));
        assertThat(answer.finishReason()).isEqualTo(FinishReason.LENGTH);
      }
    }
    try (Llama llama = open(Opening.LEFT_TO_MODEL, script);
        ChatAnswer answer = llama.chat(question(), OPTIONS.withTools(SHOW))) {
      assertThat(answer.cutCall()).isEmpty();
      assertThat(answer.message().toolCalls()).hasSize(1);
    }
  }

  private static Llama open(Opening opening, String script) {
    Tokenizer tokenizer = TinyTokenizer.ofBytes();
    ScriptedDecoder decoder = new ScriptedDecoder(tokenizer, script);
    return TinyLlama.thinking(decoder, tokenizer, new ThinkingTemplate(opening));
  }
}
