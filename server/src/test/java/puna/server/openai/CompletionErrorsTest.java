package puna.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.json.JsonValue.JsonString;
import puna.server.TestServer;
import puna.server.TestServer.Reply;

@Timeout(600)
class CompletionErrorsTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Reply post(String members) {
    return server.post(
        "/v1/completions",
        TestServer.with(
            """
            {"model": "smollm2-135m", "max_tokens": 8, "prompt": "The capital of France is"}\
            """,
            members));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"model\": null | model | missing_required_parameter",
        "\"prompt\": 7 | prompt | invalid_type",
        "\"prompt\": {} | prompt | invalid_type",
        "\"prompt\": [] | prompt | invalid_value",
        "\"prompt\": [true] | prompt[0] | invalid_type",
        "\"prompt\": [\"a\", 7] | prompt[1] | invalid_type",
        "\"prompt\": [1, \"a\"] | prompt[1] | invalid_type",
        "\"prompt\": [1.5] | prompt[0] | invalid_type",
        "\"prompt\": [[1, \"a\"]] | prompt[0][1] | invalid_type",
        "\"prompt\": [-1] | prompt[0] | invalid_value",
      })
  void namesWhatOfAPromptIsWrong(String members, String path, String code) {
    requireRefused(members, path, code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"max_tokens\": \"8\" | max_tokens | invalid_type",
        "\"max_tokens\": -2 | max_tokens | invalid_value",
        "\"temperature\": \"hot\" | temperature | invalid_type",
        "\"n\": 0 | n | invalid_value",
        "\"n\": 3, \"best_of\": 2 | best_of | invalid_value",
        "\"best_of\": 2, \"stream\": true | best_of | invalid_value",
        "\"echo\": \"yes\" | echo | invalid_type",
        "\"logprobs\": true | logprobs | invalid_type",
        "\"logprobs\": 6 | logprobs | invalid_value",
        "\"logprobs\": -1 | logprobs | invalid_value",
        "\"suffix\": 7 | suffix | invalid_type",
        "\"suffix\": \" of Europe\" | suffix | unsupported_value",
        "\"stop\": 7 | stop | invalid_type",
        "\"stop\": [7] | stop[0] | invalid_type",
        "\"seed\": \"x\" | seed | invalid_type",
        "\"logit_bias\": {\"x\": 1} | logit_bias | invalid_value",
        "\"stream\": \"yes\" | stream | invalid_type",
        "\"stream_options\": 7 | stream_options | invalid_type",
        "\"stream_options\": {\"include_usage\": 7} | stream_options.include_usage | invalid_type",
      })
  void namesTheFieldThatIsWrong(String members, String path, String code) {
    requireRefused(members, path, code);
  }

  private static void requireRefused(String members, String path, String code) {
    Reply reply = post(members);
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.at("error.type")).isEqualTo(new JsonString("invalid_request_error"));
    assertThat(reply.at("error.param")).isEqualTo(new JsonString(path));
    assertThat(reply.at("error.code")).isEqualTo(new JsonString(code));
    assertThat(TestServer.text(reply.json(), "error.message"))
        .contains(path.replaceAll("\\[.*", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1, 9999999]", "[[1], [2, 9999999]]"})
  void refusesTokensThatTheVocabularyLacks(String prompt) {
    for (String stream : List.of("false", "true")) {
      Reply reply = post("\"stream\": %s, \"prompt\": %s".formatted(stream, prompt));
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.at("error.type")).isEqualTo(new JsonString("invalid_request_error"));
      assertThat(TestServer.text(reply.json(), "error.message")).contains("9999999");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"prompt\": [1, 9999999] | prompt[1]",
        "\"prompt\": [[1], [2, 9999999]] | prompt[1][1]",
        "\"prompt\": \"\" | prompt",
        "\"prompt\": [[1], []] | prompt[1]",
        "\"prompt\": [\"a\", \"\"] | prompt[1]",
        "\"logit_bias\": {\"5\": 1, \"9999999\": 1} | logit_bias",
      })
  void namesWhatTheModelCannotTake(String members, String path) {
    requireRefused(members, path, "invalid_value");
    requireRefused("\"stream\": true, " + members, path, "invalid_value");
  }

  @Test
  void refusesAPromptLongerThanTheContextBeforeAStreamBegins() {
    for (String stream : List.of("false", "true")) {
      Reply reply =
          post("\"stream\": %s, \"prompt\": \"%s\"".formatted(stream, "stone ".repeat(3000)));
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.at("error.code")).isEqualTo(new JsonString("context_length_exceeded"));
    }
  }
}
