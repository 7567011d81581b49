package puna.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonString;
import puna.server.TestServer;
import puna.server.TestServer.Reply;

/// A refusal names the field that is wrong, also where only the model can tell that it is.
@Timeout(300)
class FieldPathsTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void requireRefused(String path, String request, String members, String param) {
    Reply reply = server.post(path, TestServer.with(request, members));
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.at("error.type")).isEqualTo(new JsonString("invalid_request_error"));
    assertThat(reply.at("error.param")).as(reply.text()).isEqualTo(new JsonString(param));
  }

  private static void requireRefusedInStreamsToo(
      String path, String request, String members, String param) {
    requireRefused(path, request, members, param);
    requireRefused(path, request, "\"stream\": true, " + members, param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"input\": [9999999] | input[0]",
        "\"input\": [[1], [2, 9999999]] | input[1][1]",
        "\"input\": \"\" | input",
        "\"input\": [\"a\", \"\"] | input[1]",
        "\"input\": [[1], []] | input[1]",
        "\"dimensions\": 100000 | dimensions",
      })
  void ofEmbeddings(String members, String param) {
    requireRefused(
        "/v1/embeddings",
        """
        {"model": "smollm2-135m", "input": "a"}\
        """,
        members,
        param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"logit_bias\": {\"9999999\": 1} | logit_bias",
        "\"audio\": {\"voice\": \"x\"} | audio",
        "\"modalities\": [\"text\", \"audio\"] | modalities",
        "\"functions\": [{\"name\": \"a\"}, {\"name\": \"a\"}] | functions[1]",
        "\"tools\": [{\"function\": {\"name\": \"a\"}}], \"functions\": [{\"name\": \"a\"}] | functions[0]",
        """
        "tool_choice": "required", "tools": [{"type": "function", "function": {"name": "a"}},\
         {"type": "function", "function": {"name": "b", "parameters": {"type": "object",\
         "properties": {"x": {"type": "strin"}}, "required": ["x"]}}}]\
        | tools[1].function.parameters
        """,
        """
        "function_call": {"name": "b"}, "functions": [{"name": "a"}, {"name": "b", "parameters":\
         {"type": "object", "properties": {"x": {"type": "strin"}}, "required": ["x"]}}]\
        | functions[1].parameters
        """,
      })
  void ofChats(String members, String param) {
    String request =
        """
        {"model": "smollm2-135m", "max_tokens": 1, "messages": [{"role": "user", "content": "a"}]}\
        """;
    requireRefusedInStreamsToo("/v1/chat/completions", request, members, param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"truncation\": \"some\" | truncation",
        "\"truncation\": 7 | truncation",
        "\"metadata\": 7 | metadata",
        "\"user\": 7 | user",
        "\"input\": [{\"role\": \"user\"}] | input[0].content",
        "\"input\": [{\"role\": \"developer\", \"content\": null}] | input[0].content",
        "\"input\": [{\"type\": \"function_call_output\", \"call_id\": \"c\"}] | input[0].output",
        "\"logit_bias\": {\"9999999\": 1} | logit_bias",
        """
        "tool_choice": "required", "tools": [{"type": "function", "name": "b", "parameters":\
         {"type": "object", "properties": {"x": {"type": "strin"}}, "required": ["x"]}}]\
        | tools[0].parameters
        """,
      })
  void ofResponses(String members, String param) {
    String request =
        """
        {"model": "smollm2-135m", "max_output_tokens": 1, "input": "a"}\
        """;
    requireRefusedInStreamsToo("/v1/responses", request, members, param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        """
        "response_format": {"type": "json_schema", "schema": {"type": "strin"}}\
        | response_format.schema
        """,
        """
        "response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "strin"}}}\
        | response_format.json_schema.schema
        """,
      })
  void ofCompletions(String members, String param) {
    String request =
        """
        {"model": "smollm2-135m", "max_tokens": 1, "prompt": "a"}\
        """;
    requireRefusedInStreamsToo("/v1/completions", request, members, param);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/embeddings"})
  void namesNoFieldWhereTheRequestIsNoObject(String path) {
    for (String body : new String[] {"[]", "null", "7", "\"a\""}) {
      Reply reply = server.post(path, body);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.at("error.param")).as(reply.text()).isEqualTo(JsonNull.NULL);
    }
  }
}
