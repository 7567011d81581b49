package puna.server.llamaserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.TestServer;
import puna.server.TestServer.Reply;

@Timeout(600)
class CompletionTest {
  private static final String PATH = "/completion";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// A greedy request, with other members.
  private static String ask(String members) {
    return TestServer.with(
        "{\"prompt\": \"The llama is\", \"n_predict\": 8, \"temperature\": 0}", members);
  }

  private static long number(Reply reply, String path) {
    return ((JsonNumber) reply.at(path)).asLong();
  }

  private static String content(String members) {
    Reply reply = server.post(PATH, ask(members));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return TestServer.text(reply.json(), "content");
  }

  @Test
  void needsNoModelsName() {
    Reply reply = server.post("/completions", ask(""));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.at("model")).isEqualTo(new JsonString(TestServer.MODEL));
    assertThat(reply.at("stop")).isEqualTo(JsonBoolean.TRUE);
    assertThat(reply.at("stop_type")).isEqualTo(new JsonString("limit"));
    assertThat(reply.at("prompt")).isEqualTo(new JsonString("The llama is"));
    assertThat(reply.at("tokens")).isEqualTo(new JsonArray(List.of()));
    assertThat(number(reply, "tokens_predicted")).isEqualTo(8);
    assertThat(number(reply, "timings.predicted_n")).isEqualTo(8);
    assertThat(number(reply, "generation_settings.n_predict")).isEqualTo(8);
  }

  @Test
  void streamsTheSameTextAndTokensWithoutDone() {
    Reply whole = server.post(PATH, ask("\"return_tokens\": true, \"n_probs\": 1"));
    Reply stream = server.post(PATH, ask("\"stream\": true, \"n_probs\": 1"));
    assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
    StringBuilder text = new StringBuilder();
    List<JsonValue> tokens = new ArrayList<>();
    List<JsonValue> probabilities = new ArrayList<>();
    for (String event : stream.events()) {
      JsonObject data = (JsonObject) Json.parse(event, "event");
      text.append(TestServer.text(data, "content"));
      tokens.addAll(((JsonArray) TestServer.at(data, "tokens")).elements());
      probabilities.addAll(
          ((JsonArray) TestServer.at(data, "completion_probabilities")).elements());
    }
    JsonValue last = Json.parse(stream.events().getLast(), "event");
    assertThat(TestServer.at(last, "stop")).isEqualTo(JsonBoolean.TRUE);
    assertThat(text.toString()).isEqualTo(TestServer.text(whole.json(), "content"));
    assertThat(new JsonArray(tokens)).isEqualTo(whole.at("tokens"));
    assertThat(new JsonArray(probabilities)).isEqualTo(whole.at("completion_probabilities"));
  }

  @Test
  void promptsMayBeTextsTokensAndMixed() {
    String expected = content("");
    Reply tokens =
        server.post("/tokenize", "{\"content\": \"The llama is\", \"add_special\": true}");
    String ids = Json.write(tokens.at("tokens"));
    assertThat(content("\"prompt\": " + ids)).isEqualTo(expected);
    assertThat(content("\"prompt\": {\"prompt_string\": \"The llama is\"}")).isEqualTo(expected);
    assertThat(content("\"prompt\": [\"The\", " + ids.substring(ids.indexOf(',') + 1)))
        .isEqualTo(expected);
    JsonArray several =
        (JsonArray)
            Json.parse(
                server
                    .post(
                        PATH,
                        ask("\"prompt\": [\"The llama is\", %s], \"n_cmpl\": 2".formatted(ids)))
                    .text(),
                "reply");
    assertThat(several.elements())
        .extracting(each -> TestServer.text(each, "content"))
        .containsExactly(expected, expected, expected, expected);
    assertThat(several.elements())
        .extracting(each -> TestServer.at(each, "index"))
        .containsExactly(JsonNumber.of(0), JsonNumber.of(1), JsonNumber.of(2), JsonNumber.of(3));
  }

  @Test
  void tellsWhichWordStopped() {
    String text = content("");
    String word = text.substring(3, 6);
    Reply reply = server.post(PATH, ask("\"stop\": [\"zebra\", \"%s\"]".formatted(word)));
    assertThat(reply.at("content"))
        .isEqualTo(new JsonString(text.substring(0, text.indexOf(word))));
    assertThat(reply.at("stop_type")).isEqualTo(new JsonString("word"));
    assertThat(reply.at("stopping_word")).isEqualTo(new JsonString(word));
  }

  @Test
  void keepsToAGrammarOrASchema() {
    assertThat(content("\"grammar\": \"root ::= \\\"Lima\\\"\"")).isEqualTo("Lima");
    assertThat(content("\"json_schema\": {\"const\": [1]}")).isEqualTo("[1]");
    assertThat(server.post(PATH, ask("\"grammar\": \"root ::= \\\"a\\\"\", \"json_schema\": {}")))
        .extracting(Reply::status)
        .isEqualTo(400);
  }

  @Test
  void biasBansTokensByIdAndByText() {
    String first = content("\"n_predict\": 1");
    Reply id = server.post("/tokenize", "{\"content\": \"%s\"}".formatted(first));
    String banned = Json.write(id.at("tokens[0]"));
    for (String bias :
        List.of(
            "[[%s, false]]".formatted(banned),
            "[[\"%s\", false]]".formatted(first),
            "{\"%s\": false}".formatted(banned),
            "{\"%s\": -1000}".formatted(first))) {
      assertThat(content("\"n_predict\": 1, \"logit_bias\": " + bias)).as(bias).isNotEqualTo(first);
    }
  }

  @Test
  void probabilitiesAreOfTheModelOrOfTheDraw() {
    Reply model = server.post(PATH, ask("\"n_probs\": 3, \"n_predict\": 2"));
    assertThat(((JsonArray) model.at("completion_probabilities[1].top_logprobs")).elements())
        .hasSize(3);
    Reply draw =
        server.post(PATH, ask("\"n_probs\": 3, \"n_predict\": 2, \"post_sampling_probs\": true"));
    assertThat(draw.at("completion_probabilities[0].prob")).isEqualTo(JsonNumber.of(1.0));
    assertThat(((JsonArray) draw.at("completion_probabilities[0].top_probs")).elements())
        .hasSize(1);
  }

  @Test
  void answersWithTheMembersThatAreAskedFor() {
    Reply reply =
        server.post(PATH, ask("\"response_fields\": [\"stop\", \"timings/cache_n\", \"none/no\"]"));
    assertThat(reply.json().members()).containsOnlyKeys("stop", "timings/cache_n");
  }

  @Test
  void samplersAreThoseThatAreNamed() {
    Reply reply =
        server.post(
            PATH,
            ask(
                "\"samplers\": [\"top_k\", \"no_such\", \"temperature\"], \"top_p\": 0, \"top_k\": -1"));
    assertThat(reply.at("generation_settings.samplers"))
        .isEqualTo(Json.parse("[\"top_k\", \"temperature\"]", "names"));
    Reply mirostat = server.post(PATH, ask("\"mirostat\": 1, \"mirostat_tau\": 3, \"seed\": 7"));
    assertThat(number(mirostat, "generation_settings.mirostat")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"prompt\": 7 | prompt",
        "\"prompt\": null | prompt",
        "\"prompt\": [] | prompt",
        "\"prompt\": [[true]] | prompt[0][0]",
        "\"prompt\": [-1] | prompt",
        "\"temperature\": \"hot\" | temperature",
        "\"min_p\": 2 | min_p",
        "\"mirostat\": 3 | mirostat",
        "\"logit_bias\": [[1]] | logit_bias[0]",
        "\"logit_bias\": [[1, \"much\"]] | logit_bias[0][1]",
        "\"n_probs\": -1 | n_probs",
        "\"id_slot\": 16 | id_slot",
        "\"stop\": 3 | stop",
        "\"dry_base\": 0.5 | dry_base",
        "\"grammar\": \"root ::= (\" | grammar",
        "\"lora\": 7 | lora",
        "\"lora\": [7] | lora[0]",
        "\"lora\": [{\"scale\": 1}] | lora[0].id",
        "\"lora\": [{\"id\": \"style\"}] | lora[0].id",
        "\"lora\": [{\"id\": 3, \"scale\": 0.5}] | lora[0].id: there is no adapter 3",
      })
  void refusesWhatIsNoRequest(String members, String named) {
    Reply reply = server.post(PATH, ask(members));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.at("error.code")).isEqualTo(JsonNumber.of(400));
    assertThat(reply.at("error.type")).isEqualTo(new JsonString("invalid_request_error"));
    assertThat(TestServer.text(reply.json(), "error.message")).contains(named);
  }

  @Test
  void anEmptyListOfAdaptersIsNoObstacle() {
    assertThat(content("\"lora\": []")).isEqualTo(content(""));
    assertThat(content("\"lora\": null")).isEqualTo(content(""));
  }

  @Test
  void aPromptThatIsTooLongIsToldWithBothNumbers() {
    Reply reply = server.post(PATH, ask("\"prompt\": \"%s\"".formatted("stone ".repeat(3000))));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.at("error.type")).isEqualTo(new JsonString("exceed_context_size_error"));
    assertThat(number(reply, "error.n_ctx")).isEqualTo(2048);
    assertThat(number(reply, "error.n_prompt_tokens")).isGreaterThan(2999);
  }

  @Test
  void unknownPathsAreToldInThisDialectOutsideOfTheOthers() {
    Reply reply = server.get("/no/such");
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.at("error.code")).isEqualTo(JsonNumber.of(404));
    assertThat(server.get("/v1/no/such").at("error.code")).isEqualTo(new JsonString("unknown_url"));
  }

  @Test
  void infillIsRefusedByAModelWithoutMarks() {
    Reply reply = server.post("/infill", "{\"input_prefix\": \"a\", \"input_suffix\": \"b\"}");
    assertThat(reply.status()).isEqualTo(501);
    assertThat(reply.at("error.type")).isEqualTo(new JsonString("not_supported_error"));
    assertThat(
            server
                .post("/infill", "{\"input_prefix\": \"a\", \"input_extra\": [{\"filename\": 1}]}")
                .status())
        .isEqualTo(400);
  }

  @Test
  void endsInFrontOfALineThatIsIndentedTooLittle() {
    String code = "\"n_predict\": 40, \"grammar\": \"root ::= \\\"if x:\\\\n    y\\\\ndone\\\"\"";
    assertThat(content(code)).isEqualTo("if x:\n    y\ndone");
    Reply reply = server.post(PATH, ask(code + ", \"n_indent\": 2"));
    assertThat(TestServer.text(reply.json(), "content")).isEqualTo("if x:\n    y\n");
    assertThat(TestServer.text(reply.json(), "stop_type")).isEqualTo("limit");
    assertThat(number(reply, "generation_settings.n_indent")).isEqualTo(2);
    Reply whole = server.post(PATH, ask(code + ", \"n_indent\": 0"));
    assertThat(TestServer.text(whole.json(), "stop_type")).isEqualTo("eos");
  }

  @Test
  void refusesAnIndentationBelowZero() {
    Reply reply = server.post(PATH, ask("\"n_indent\": -1"));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(TestServer.text(reply.json(), "error.message")).startsWith("n_indent");
  }

  @Test
  void timingsOfAPieceLeaveOutWhatTheCacheKnew() {
    String prompt = "\"prompt\": \"%s\", \"stream\": true".formatted("one two three ".repeat(40));
    server.post(PATH, ask(prompt));
    Reply again = server.post(PATH, ask(prompt + ", \"timings_per_token\": true"));
    JsonValue first = Json.parse(again.events().getFirst(), "event");
    JsonValue last = Json.parse(again.events().getLast(), "event");
    assertThat(((JsonNumber) TestServer.at(first, "timings.cache_n")).asLong()).isPositive();
    for (String name : List.of("cache_n", "prompt_n", "prompt_ms")) {
      assertThat(TestServer.at(first, "timings." + name))
          .as(name)
          .isEqualTo(TestServer.at(last, "timings." + name));
    }
  }
}
