package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.ChatOptions.FormatHint;
import puna.ChatOptions.ToolCalls;
import puna.chat.ChatEvent;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.chat.ToolChoice;
import puna.error.GrammarException;
import puna.json.Json;
import puna.json.JsonBinding;
import puna.json.JsonSchemas;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.sample.SamplingOptions;

/// Tools, formats and Java types on the embedded model.
@Timeout(900)
class ChatAnswerTest {
  enum Unit {
    CELSIUS,
    FAHRENHEIT
  }

  record Weather(String city, Unit unit) {}

  record Capital(String country, String capital) {}

  private static final Tool WEATHER =
      Tool.of("get_weather", "Tells the weather in a city.", JsonSchemas.of(Weather.class));
  private static final Tool TIME = Tool.of("get_time", "Tells the time.");
  private static final ChatOptions GREEDY = ChatOptions.greedy().withMaxTokens(80);
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
    ChatOptions required = tools(ToolChoice.required(), ToolCalls.ONE);
    List<ChatMessage> messages = new ArrayList<>(QUESTION);
    try (ChatAnswer answer = llama().chat(messages, required)) {
      List<ChatEvent> events = new ArrayList<>();
      answer.forEach(events::add);
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
    try (ChatAnswer answer = llama().chat(messages, tools(ToolChoice.none(), ToolCalls.ONE))) {
      assertThat(answer.text()).isNotBlank();
      assertThat(answer.message().toolCalls()).isEmpty();
    }
  }

  @Test
  void aNamedToolIsCalledWithArgumentsOfItsSchema() {
    ChatOptions named =
        tools(ToolChoice.named("get_weather"), ToolCalls.ONE)
            .withSampling(SamplingOptions.defaults().withTemperature(3).withSeed(5))
            .withMaxTokens(200);
    for (ChatAnswer answer : llama().chatSeveral(QUESTION, named, 3).list()) {
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
                .generateSeveral(
                    Prompt.text("The answer is "),
                    GenerationOptions.greedy()
                        .withMaxTokens(80)
                        .withFormat(ResponseFormat.choices("42", "43")),
                    2)
                .list()
                .stream()
                .map(Generation::text))
        .hasSize(2)
        .isSubsetOf("42", "43");
  }

  @Test
  void toolsAndAFormatLeaveOnlyCallsAndThatFormat() {
    ChatOptions both =
        tools(ToolChoice.auto(), ToolCalls.ONE).withFormat(ResponseFormat.choices("perhaps"));
    try (ChatAnswer answer = llama().chat(QUESTION, both)) {
      boolean called = !answer.message().toolCalls().isEmpty();
      assertThat(called ? "perhaps" : answer.text()).isEqualTo("perhaps");
    }
  }

  @Test
  void aQuestionIsAnsweredWithARecord() {
    List<JsonValue> partials = new ArrayList<>();
    try (ChatAnswer answer = llama().chat(capital("What is the capital of France?"), CAPITAL)) {
      answer.forEachPartial(partials::add);
      Capital capital = answer.as(Capital.class);
      assertThat(capital.capital()).isEqualTo("Paris");
      assertThat(partials.getLast()).isEqualTo(JsonBinding.write(capital));
    }
    assertThat(partials).hasSizeGreaterThan(3).doesNotHaveDuplicates();
    assertThat(((JsonObject) partials.getFirst()).members()).hasSizeLessThan(2);
  }

  @Test
  void anAnswerThatIsCutOffIsNoRecord() {
    try (ChatAnswer answer =
        llama().chat(capital("Capital of France?"), CAPITAL.withMaxTokens(3))) {
      assertThatThrownBy(() -> answer.as(Capital.class))
          .isInstanceOf(IncompleteAnswerException.class)
          .hasMessageContaining("the answer is no Capital, it ended with LENGTH after 3 tokens")
          .asInstanceOf(InstanceOfAssertFactories.type(IncompleteAnswerException.class))
          .satisfies(e -> assertThat(e.partialText()).isEqualTo(answer.text()).isNotEmpty())
          .satisfies(e -> assertThat(e.finishReason()).isEqualTo(FinishReason.LENGTH));
    }
  }

  @Test
  void brokenFormatsAreRefusedBeforeAnythingIsRead() {
    assertThatThrownBy(() -> text(QUESTION, ResponseFormat.grammar("root ::= missing")))
        .isInstanceOf(GrammarException.class);
    assertThatThrownBy(() -> text(QUESTION, ResponseFormat.regex("(")))
        .isInstanceOf(GrammarException.class);
    assertThatThrownBy(() -> text(QUESTION, ResponseFormat.jsonSchema(new JsonString("no"))))
        .isInstanceOf(GrammarException.class);
    assertThatThrownBy(() -> text(QUESTION, ResponseFormat.choices()))
        .isInstanceOf(GrammarException.class);
  }

  private static final ChatOptions CAPITAL =
      GREEDY
          .withFormat(ResponseFormat.jsonOf(Capital.class))
          .withFormatHint(FormatHint.LAST_MESSAGE);

  private static List<ChatMessage> capital(String question) {
    return List.of(ChatMessage.user(question));
  }

  private static ChatOptions tools(ToolChoice choice, ToolCalls calls) {
    return GREEDY.withTools(WEATHER, TIME).withToolChoice(choice).withToolCalls(calls);
  }

  private static String text(List<ChatMessage> messages, ResponseFormat format) {
    ChatOptions options = GREEDY.withFormat(format);
    try (ChatAnswer answer = llama().chat(messages, options)) {
      return answer.text();
    }
  }

  private static Llama llama() {
    return opened.orElseThrow();
  }
}
