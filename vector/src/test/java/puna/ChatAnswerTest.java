package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.chat.ChatEvent;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.chat.ToolChoice;
import puna.chat.ToolUse;
import puna.chat.ToolUse.Calls;
import puna.grammar.GrammarException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.json.bind.JsonBinding;
import puna.json.bind.JsonSchemas;

/// Tools, formats and Java types on the embedded model.
@Timeout(240)
class ChatAnswerTest {
  enum Unit {
    CELSIUS,
    FAHRENHEIT
  }

  record Weather(String city, Unit unit) {}

  record Capital(String country, String capital) {}

  private static final Tool WEATHER =
      new Tool("get_weather", "Tells the weather in a city.", JsonSchemas.of(Weather.class));
  private static final Tool TIME = Tool.of("get_time", "Tells the time.");
  private static final GenerationOptions GREEDY = GenerationOptions.greedy().withMaxTokens(80);
  private static final List<ChatMessage> QUESTION =
      List.of(ChatMessage.user("What is the weather in Paris, in celsius?"));

  private static Optional<Llama> opened = Optional.empty();

  @BeforeAll
  static void opens() {
    opened = Optional.of(Llama.open(EmbeddedModel.path()));
  }

  @AfterAll
  static void closes() {
    opened.ifPresent(Llama::close);
  }

  @Test
  void aRequiredToolIsCalledAndItsResultRead() {
    ChatOptions required = tools(ToolChoice.required(), Calls.ONE);
    List<ChatMessage> messages = new ArrayList<>(QUESTION);
    try (ChatAnswer answer = llama().chat(messages, required)) {
      List<ChatEvent> events = new ArrayList<>();
      answer.onEvent(events::add);
      assertThat(events.getFirst()).isInstanceOf(ChatEvent.ToolCallStarted.class);
      assertThat(events)
          .filteredOn(ChatEvent.ArgumentsDelta.class::isInstance)
          .hasSizeGreaterThan(2);
      assertThat(events.getLast()).isEqualTo(new ChatEvent.Finished(answer.message()));
      assertThat(answer.iterator()).toIterable().containsExactlyElementsOf(events);
      assertThat(answer.text()).isEmpty();
      assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
      messages.add(answer.message());
    }
    ToolCall call = messages.getLast().toolCalls().getFirst();
    assertThat(call.name()).isIn("get_weather", "get_time");
    messages.add(ChatMessage.toolResult(call, "21 degrees and sunny"));
    try (ChatAnswer answer = llama().chat(messages, tools(ToolChoice.none(), Calls.ONE))) {
      assertThat(answer.text()).isNotBlank();
      assertThat(answer.message().toolCalls()).isEmpty();
    }
  }

  @Test
  void aNamedToolIsCalledWithArgumentsOfItsSchema() {
    ChatOptions named =
        tools(ToolChoice.named("get_weather"), Calls.ONE)
            .withGeneration(
                GenerationOptions.defaults().withTemperature(3).withSeed(5).withMaxTokens(200));
    for (ChatAnswer answer : llama().chat(QUESTION, named, 3)) {
      // Hot answers may run to their limit inside a string; those that end are calls.
      if (answer.finishReason() == FinishReason.STOP) {
        ToolCall call = answer.message().toolCalls().getFirst();
        assertThat(call.name()).isEqualTo("get_weather");
        assertThat(JsonBinding.read(call.arguments(), Weather.class)).isNotNull();
      } else {
        assertThat(answer.message().toolCalls()).isEmpty();
        assertThat(answer.text()).isEqualTo(answer.generation().text());
      }
    }
  }

  @Test
  void formatsBindTheAnswer() {
    List<ChatMessage> question = List.of(ChatMessage.user("Is Paris in France?"));
    assertThat(text(question, ResponseFormat.choices("perhaps", "never"))).isIn("perhaps", "never");
    assertThat(text(question, ResponseFormat.regex("[A-C]{2}[0-9]"))).matches("[A-C]{2}[0-9]");
    assertThat(text(question, ResponseFormat.grammar("root ::= \"so: \" (\"x\" | \"y\")")))
        .isIn("so: x", "so: y");
    JsonValue certain = Json.parse("{\"certain\": true}", "a value");
    JsonValue schema =
        new JsonObject(Map.of("enum", new JsonArray(List.of(new JsonString("maybe"), certain))));
    assertThat(Json.parse(text(question, ResponseFormat.jsonSchema(schema)), "answer"))
        .isIn(new JsonString("maybe"), certain);
    assertThat(
            llama()
                .generate("The answer is ", GREEDY, ResponseFormat.choices("42", "43"), 2)
                .stream()
                .map(Generation::text))
        .hasSize(2)
        .isSubsetOf("42", "43");
  }

  @Test
  void toolsAndAFormatLeaveOnlyCallsAndThatFormat() {
    ChatOptions both =
        tools(ToolChoice.auto(), Calls.ONE).withFormat(ResponseFormat.choices("perhaps"));
    try (ChatAnswer answer = llama().chat(QUESTION, both)) {
      boolean called = !answer.message().toolCalls().isEmpty();
      assertThat(called ? "perhaps" : answer.text()).isEqualTo("perhaps");
    }
  }

  @Test
  void aQuestionIsAnsweredWithARecord() {
    List<JsonValue> partials = new ArrayList<>();
    try (TypedAnswer<Capital> answer =
        llama().askTyped(Capital.class, "What is the capital of France?", GREEDY)) {
      Capital capital = answer.onPartial(partials::add).value();
      assertThat(capital.capital()).isEqualTo("Paris");
      assertThat(partials.getLast()).isEqualTo(JsonBinding.write(capital));
    }
    assertThat(partials).hasSizeGreaterThan(3).doesNotHaveDuplicates();
    assertThat(((JsonObject) partials.getFirst()).members()).hasSizeLessThan(2);
  }

  @Test
  void anAnswerThatIsCutOffIsNoRecord() {
    assertThatThrownBy(
            () -> llama().ask(Capital.class, "Capital of France?", GREEDY.withMaxTokens(3)))
        .isInstanceOf(GenerationException.class)
        .hasMessageContaining("the answer is no Capital, it ended with LENGTH after 3 tokens");
  }

  @Test
  void brokenFormatsAreRefusedBeforeAnythingIsRead() {
    assertThatThrownBy(() -> text(QUESTION, ResponseFormat.grammar("root ::= missing")))
        .isInstanceOf(GrammarException.class);
    assertThatThrownBy(() -> text(QUESTION, ResponseFormat.regex("(")))
        .isInstanceOf(GrammarException.class);
    assertThatThrownBy(() -> text(QUESTION, ResponseFormat.jsonSchema(new JsonString("no"))))
        .isInstanceOf(GrammarException.class);
    assertThatThrownBy(() -> text(QUESTION, new ResponseFormat.Choices(List.of())))
        .isInstanceOf(GrammarException.class);
  }

  private static ChatOptions tools(ToolChoice choice, Calls calls) {
    return ChatOptions.defaults()
        .withGeneration(GREEDY)
        .withTools(new ToolUse(List.of(WEATHER, TIME), choice, calls));
  }

  private static String text(List<ChatMessage> messages, ResponseFormat format) {
    ChatOptions options = ChatOptions.defaults().withGeneration(GREEDY).withFormat(format);
    try (ChatAnswer answer = llama().chat(messages, options)) {
      return answer.text();
    }
  }

  private static Llama llama() {
    return opened.orElseThrow();
  }
}
