package puna.server.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import puna.chat.ToolCall;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.ollama.Head.Form;
import puna.server.ollama.Head.Piece;

class HeadTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-01-02T12:00:00.5Z"), ZoneOffset.UTC);

  private static void requireLine(Form form, Piece piece, String expected) {
    assertThat(Head.of("m", form, NOON).line(piece))
        .isEqualTo(Json.parse(expected.replace('\'', '"'), "expected"));
  }

  @Test
  void aCallIsToldWholeWithItsIndexAndAnObject() {
    ToolCall call =
        ToolCall.of("c1", "get_weather", new JsonObject(Map.of("city", new JsonString("Lima"))));
    requireLine(
        Form.CHAT,
        Piece.call(AnswerLines.call(1, call)),
        """
        {'model': 'm', 'created_at': '2026-01-02T12:00:00.500Z', 'done': false,
         'message': {'role': 'assistant', 'content': '', 'tool_calls': [
           {'id': 'c1', 'function':
             {'index': 1, 'name': 'get_weather', 'arguments': {'city': 'Lima'}}}]}}\
        """);
  }

  @Test
  void whatAModelThinksHasAPlaceOfItsOwn() {
    requireLine(
        Form.CHAT,
        Piece.thinking("hm"),
        """
        {'model': 'm', 'created_at': '2026-01-02T12:00:00.500Z', 'done': false,
         'message': {'role': 'assistant', 'content': '', 'thinking': 'hm'}}\
        """);
    requireLine(
        Form.GENERATE,
        Piece.thinking("hm"),
        """
        {'model': 'm', 'created_at': '2026-01-02T12:00:00.500Z', 'done': false,
         'response': '', 'thinking': 'hm'}\
        """);
  }
}
