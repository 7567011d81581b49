package puna.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonString;
import puna.server.TestServer;
import puna.server.TestServer.Reply;

@Timeout(300)
class ResponsesTruncationTest {
  private static final String STONES = "stone ".repeat(900);

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// Three turns that the context has no room for together.
  private static Reply ask(String members) {
    return server.post(
        "/v1/responses",
        TestServer.with(
            """
            {"model": "smollm2-135m", "max_output_tokens": 4, "temperature": 0, "input": [
              {"role": "user", "content": "%s"}, {"role": "assistant", "content": "Stones."},
              {"role": "user", "content": "%s"}, {"role": "assistant", "content": "Stones."},
              {"role": "user", "content": "%s What is that?"}]}\
            """
                .formatted(STONES, STONES, STONES),
            members));
  }

  @Test
  void leavesMessagesOutWhereARequestAllowsThat() {
    Reply reply = ask("\"truncation\": \"auto\"");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.at("truncation")).isEqualTo(new JsonString("auto"));
    assertThat(reply.at("dropped_messages")).isEqualTo(JsonNumber.of(2));
  }

  @Test
  void saysSoAtTheEndOfAStream() {
    String last = ask("\"truncation\": \"auto\", \"stream\": true").events().getLast();
    assertThat(last).contains("\"truncation\":\"auto\"").contains("\"dropped_messages\":2");
  }

  @Test
  void refusesWhatIsTooLongOtherwise() {
    for (String members :
        new String[] {"", "\"truncation\": \"disabled\"", "\"truncation\": null"}) {
      Reply reply = ask(members);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.at("error.code")).isEqualTo(new JsonString("context_length_exceeded"));
    }
  }
}
