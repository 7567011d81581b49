package puna.server.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.TestServer;
import puna.server.TestServer.Reply;

@Timeout(600)
class CompletionsTest {
  private static final String PATH = "/v1/completions";
  private static final String PROMPT = "The capital of France is";
  private static final List<String> LISTS =
      List.of("tokens", "token_logprobs", "top_logprobs", "text_offset");

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// A greedy request of one prompt, with other members.
  private static String ask(String members) {
    return TestServer.with(
        """
        {"model": "smollm2-135m", "temperature": 0, "max_tokens": 8, "prompt": "%s"}\
        """
            .formatted(PROMPT),
        members);
  }

  private static Reply complete(String members) {
    Reply reply = server.post(PATH, ask(members));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply;
  }

  private static List<JsonValue> list(JsonValue value, String path) {
    return ((JsonArray) TestServer.at(value, path)).elements();
  }

  private static List<String> texts(Reply reply) {
    return list(reply.json(), "choices").stream().map(c -> TestServer.text(c, "text")).toList();
  }

  private static String text(String members) {
    return texts(complete(members)).getFirst();
  }

  private static long number(Reply reply, String path) {
    return ((JsonNumber) reply.at(path)).asLong();
  }

  /// The prompt's token ids as JSON.
  private static String ids(String text) {
    Reply reply =
        server.post("/tokenize", "{\"content\": \"%s\", \"add_special\": true}".formatted(text));
    return Json.write(reply.at("tokens"));
  }

  /// The objects of a stream, but for its end.
  private static List<JsonValue> chunks(Reply stream) {
    assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
    assertThat(stream.events().getLast()).isEqualTo("[DONE]");
    return stream.events().stream()
        .limit(stream.events().size() - 1)
        .map(event -> Json.parse(event, "event"))
        .toList();
  }

  private static String joined(List<JsonValue> chunks) {
    return chunks.stream()
        .map(chunk -> TestServer.text(chunk, "choices[0].text"))
        .collect(Collectors.joining());
  }

  /// One of the lists of log-probabilities, put together from a stream's objects.
  private static List<JsonValue> joined(List<JsonValue> chunks, String name) {
    List<JsonValue> all = new ArrayList<>();
    for (JsonValue chunk : chunks) {
      if (TestServer.at(chunk, "choices[0].logprobs") instanceof JsonObject told) {
        all.addAll(list(told, name));
      }
    }
    return all;
  }

  private static double mean(JsonValue choice) {
    return list(choice, "logprobs.token_logprobs").stream()
        .flatMapToDouble(each -> DoubleStream.of(((JsonNumber) each).asDouble()))
        .average()
        .orElseThrow();
  }

  @Test
  void answersInTheOlderForm() {
    Reply reply = complete("");
    assertThat(TestServer.text(reply.json(), "id")).startsWith("cmpl-");
    assertThat(reply.at("object")).isEqualTo(new JsonString("text_completion"));
    assertThat(number(reply, "created")).isPositive();
    assertThat(reply.at("model")).isEqualTo(new JsonString(TestServer.MODEL));
    assertThat(((JsonObject) reply.at("choices[0]")).members())
        .containsOnlyKeys("index", "text", "logprobs", "finish_reason");
    assertThat(reply.at("choices[0].index")).isEqualTo(JsonNumber.of(0));
    assertThat(reply.at("choices[0].logprobs")).isEqualTo(JsonNull.NULL);
    assertThat(reply.at("choices[0].finish_reason")).isEqualTo(new JsonString("length"));
    assertThat(texts(reply).getFirst()).startsWith(" Paris");
    assertThat(number(reply, "usage.prompt_tokens"))
        .isEqualTo(list(Json.parse("{\"a\":" + ids(PROMPT) + "}", "ids"), "a").size());
    assertThat(number(reply, "usage.completion_tokens")).isEqualTo(8);
    assertThat(number(reply, "usage.total_tokens"))
        .isEqualTo(number(reply, "usage.prompt_tokens") + 8);
  }

  @Test
  void anAnswerHasSixteenTokensUnlessTheRequestSaysOtherwise() {
    for (String most : List.of("null", "16")) {
      Reply reply = complete("\"max_tokens\": " + most);
      assertThat(number(reply, "usage.completion_tokens")).isEqualTo(16);
      assertThat(reply.at("choices[0].finish_reason")).isEqualTo(new JsonString("length"));
    }
  }

  @Test
  void aPromptIsATextOrTokens() {
    String expected = text("");
    String ids = ids(PROMPT);
    assertThat(text("\"prompt\": " + ids)).isEqualTo(expected);
    assertThat(texts(complete("\"prompt\": [\"%s\"]".formatted(PROMPT)))).containsExactly(expected);
    assertThat(texts(complete("\"prompt\": [%s]".formatted(ids)))).containsExactly(expected);
  }

  @Test
  void choicesAreCountedPromptByPrompt() {
    String other = "The llama is";
    String first = text("");
    String second = text("\"prompt\": \"%s\"".formatted(other));
    assertThat(second).isNotEqualTo(first);
    for (String prompts :
        List.of(
            "[\"%s\", \"%s\"]".formatted(PROMPT, other),
            "[%s, %s]".formatted(ids(PROMPT), ids(other)))) {
      Reply reply = complete("\"n\": 2, \"prompt\": " + prompts);
      assertThat(texts(reply)).containsExactly(first, first, second, second);
      assertThat(list(reply.json(), "choices"))
          .extracting(choice -> TestServer.at(choice, "index"))
          .containsExactly(JsonNumber.of(0), JsonNumber.of(1), JsonNumber.of(2), JsonNumber.of(3));
      assertThat(number(reply, "usage.completion_tokens")).isEqualTo(32);
    }
  }

  @Test
  void theBestAnswersAreTheLikeliestOfThoseTried() {
    String drawn = "\"temperature\": 1, \"seed\": 5, \"logprobs\": 0, \"n\": %s, \"best_of\": 4";
    List<JsonValue> all = new ArrayList<>(list(complete(drawn.formatted(4)).json(), "choices"));
    all.sort(Comparator.comparingDouble(CompletionsTest::mean).reversed());
    Reply best = complete(drawn.formatted(2));
    assertThat(texts(best))
        .containsExactlyElementsOf(
            all.stream().limit(2).map(choice -> TestServer.text(choice, "text")).toList());
    assertThat(number(best, "usage.completion_tokens")).isGreaterThanOrEqualTo(4);
    assertThat(complete("\"n\": 1, \"best_of\": 2").at("choices[0].logprobs"))
        .isEqualTo(JsonNull.NULL);
  }

  @Test
  void aSeedRepeatsWhatWasDrawn() {
    String drawn = "\"temperature\": 1, \"max_tokens\": 12, \"seed\": 7";
    assertThat(text(drawn)).isEqualTo(text(drawn));
  }

  @Test
  void biasBansAToken() {
    String first = text("\"max_tokens\": 1");
    String id = ids(first).replaceAll("[\\[\\]]", "");
    assertThat(text("\"max_tokens\": 1, \"logit_bias\": {\"%s\": -100}".formatted(id)))
        .isNotEqualTo(first);
  }

  @Test
  void echoPutsThePromptInFront() {
    String answer = text("");
    assertThat(text("\"echo\": true")).isEqualTo(PROMPT + answer);
    assertThat(text("\"echo\": true, \"prompt\": " + ids(PROMPT))).isEqualTo(PROMPT + answer);
    assertThat(joined(chunks(complete("\"echo\": true, \"stream\": true"))))
        .isEqualTo(PROMPT + answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"%s\"", "[\"%s\"]", "[\"zebra\", \"%s\"]"})
  void stopsInFrontOfAStopString(String stop) {
    String text = text("");
    String word = text.substring(4, 7);
    String members = "\"stop\": " + stop.formatted(word);
    Reply whole = complete(members);
    assertThat(texts(whole)).containsExactly(text.substring(0, text.indexOf(word)));
    assertThat(whole.at("choices[0].finish_reason")).isEqualTo(new JsonString("stop"));
    List<JsonValue> chunks = chunks(complete(members + ", \"stream\": true"));
    assertThat(joined(chunks)).isEqualTo(texts(whole).getFirst());
    assertThat(TestServer.at(chunks.getLast(), "choices[0].finish_reason"))
        .isEqualTo(new JsonString("stop"));
  }

  @Test
  void logProbabilitiesAreFourListsOfOneLength() {
    Reply reply = complete("\"logprobs\": 3");
    JsonValue told = reply.at("choices[0].logprobs");
    assertThat(((JsonObject) told).members())
        .containsOnlyKeys("tokens", "token_logprobs", "top_logprobs", "text_offset");
    assertThat(LISTS).allSatisfy(name -> assertThat(list(told, name)).hasSize(8));
    int offset = 0;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      String token = TestServer.text(told, "tokens[%s]".formatted(i));
      assertThat(TestServer.at(told, "text_offset[%s]".formatted(i)))
          .isEqualTo(JsonNumber.of(offset));
      offset += token.codePointCount(0, token.length());
      text.append(token);
      JsonObject rivals = (JsonObject) TestServer.at(told, "top_logprobs[%s]".formatted(i));
      assertThat(rivals.members()).hasSize(3);
      // greedy: each token is the likeliest
      assertThat(rivals.get(token)).contains(list(told, "token_logprobs").get(i));
    }
    assertThat(text.toString()).isEqualTo(texts(reply).getFirst());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void offsetsCountCharactersOfWhichTokensArePartsOnce(boolean stream) {
    String said = "\"🦙é𝄞\"";
    Reply reply =
        complete(
            """
            "max_tokens": 40, "logprobs": 0, "stream": %s, "response_format": {"type": "json_schema",
             "json_schema": {"name": "a", "schema": {"const": "🦙é𝄞"}}}\
            """
                .formatted(stream));
    List<Long> offsets = new ArrayList<>();
    for (JsonValue part : stream ? chunks(reply) : List.<JsonValue>of(reply.json())) {
      if (TestServer.at(part, "choices[0].logprobs") instanceof JsonObject told) {
        list(told, "text_offset").forEach(at -> offsets.add(((JsonNumber) at).asLong()));
      }
    }
    assertThat(stream ? joined(chunks(reply)) : texts(reply).getFirst()).isEqualTo(said);
    assertThat(offsets)
        .isSorted()
        .startsWith(0L)
        .endsWith(4L)
        .contains(1L, 2L, 3L)
        .hasSizeGreaterThan(5);
  }

  @Test
  void offsetsCountCharactersOfAnEchoedPrompt() {
    String prompt = "The 🦙 llama's café is";
    String members = "\"echo\": true, \"logprobs\": 1, \"prompt\": \"%s\"".formatted(prompt);
    Reply reply = complete(members);
    JsonValue told = reply.at("choices[0].logprobs");
    long tokens = number(reply, "usage.total_tokens");
    assertThat(LISTS).allSatisfy(name -> assertThat(list(told, name)).hasSize((int) tokens));
    assertThat(list(told, "text_offset").get((int) (tokens - 8)))
        .isEqualTo(JsonNumber.of(prompt.codePointCount(0, prompt.length())));
    assertThat(
            list(told, "tokens").stream()
                .map(token -> ((JsonString) token).value())
                .collect(Collectors.joining()))
        .isEqualTo(texts(reply).getFirst());
  }

  @Test
  void aTextIsScoredWithoutAnAnswer() {
    String answer = text("\"max_tokens\": 2");
    List<JsonValue> generated =
        list(
            complete("\"max_tokens\": 2, \"logprobs\": 0").json(),
            "choices[0].logprobs.token_logprobs");
    String scored = "\"prompt\": \"%s%s\"".formatted(PROMPT, answer);
    Reply reply = complete(scored + ", \"max_tokens\": 0, \"echo\": true, \"logprobs\": 2");
    assertThat(texts(reply)).containsExactly(PROMPT + answer);
    assertThat(reply.at("choices[0].finish_reason")).isEqualTo(new JsonString("length"));
    assertThat(number(reply, "usage.completion_tokens")).isZero();
    List<JsonValue> probabilities = list(reply.json(), "choices[0].logprobs.token_logprobs");
    assertThat(probabilities).hasSize((int) number(reply, "usage.prompt_tokens"));
    assertThat(probabilities.getFirst()).isEqualTo(JsonNull.NULL);
    assertThat(reply.at("choices[0].logprobs.top_logprobs[0]")).isEqualTo(JsonNull.NULL);
    for (int i = 0; i < 2; i++) {
      assertThat(((JsonNumber) probabilities.get(probabilities.size() - 2 + i)).asDouble())
          .isCloseTo(((JsonNumber) generated.get(i)).asDouble(), within(1e-3));
    }
  }

  @Test
  void streamsTheSameTextAndThenTheUsage() {
    Reply whole = complete("");
    Reply stream = complete("\"stream\": true, \"stream_options\": {\"include_usage\": true}");
    List<JsonValue> all = chunks(stream);
    assertThat(TestServer.at(all.getLast(), "choices")).isEqualTo(new JsonArray(List.of()));
    for (String count : List.of("prompt_tokens", "completion_tokens", "total_tokens")) {
      assertThat(TestServer.at(all.getLast(), "usage." + count))
          .isEqualTo(whole.at("usage." + count));
    }
    List<JsonValue> pieces = all.subList(0, all.size() - 1);
    assertThat(joined(pieces)).isEqualTo(texts(whole).getFirst());
    assertThat(pieces)
        .allSatisfy(piece -> {
          assertThat(TestServer.text(piece, "object")).isEqualTo("text_completion");
          assertThat(TestServer.at(piece, "id")).isEqualTo(TestServer.at(all.getFirst(), "id"));
        });
    assertThat(pieces.subList(0, pieces.size() - 1))
        .allSatisfy(piece ->
            assertThat(TestServer.at(piece, "choices[0].finish_reason")).isEqualTo(JsonNull.NULL));
    assertThat(TestServer.at(pieces.getLast(), "choices[0].finish_reason"))
        .isEqualTo(new JsonString("length"));
    assertThat(complete("\"stream\": true").text()).doesNotContain("usage");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"logprobs\": 2",
        "\"logprobs\": 2, \"echo\": true",
        "\"logprobs\": 2, \"echo\": true, \"max_tokens\": 0",
        "\"logprobs\": 2, \"echo\": true, \"prompt\": \"The 🦙 llama\"",
      })
  void streamsTheSameLogProbabilities(String members) {
    Reply whole = complete(members);
    List<JsonValue> chunks = chunks(complete(members + ", \"stream\": true"));
    assertThat(joined(chunks)).isEqualTo(texts(whole).getFirst());
    for (String name : LISTS) {
      assertThat(joined(chunks, name))
          .as(name)
          .isEqualTo(list(whole.json(), "choices[0].logprobs." + name));
    }
  }

  @Test
  void streamsSeveralChoicesByTheirIndex() {
    String members = "\"prompt\": [\"%s\", \"The llama is\"], \"n\": 2".formatted(PROMPT);
    List<String> expected = texts(complete(members));
    List<StringBuilder> found = new ArrayList<>();
    expected.forEach(_ -> found.add(new StringBuilder()));
    for (JsonValue chunk : chunks(complete(members + ", \"stream\": true"))) {
      int index = (int) ((JsonNumber) TestServer.at(chunk, "choices[0].index")).asLong();
      found.get(index).append(TestServer.text(chunk, "choices[0].text"));
    }
    assertThat(found).extracting(StringBuilder::toString).containsExactlyElementsOf(expected);
  }
}
