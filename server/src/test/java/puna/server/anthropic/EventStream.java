package puna.server.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;
import puna.server.TestServer;
import puna.server.TestServer.Reply;

/// The events of a streamed message, as clients that read the wire see them.
final class EventStream {
  private EventStream() {}

  /// All events but pings. Each must have its type in both of its lines.
  static List<JsonObject> of(Reply reply) {
    assertThat(reply.header("Content-Type")).startsWith("text/event-stream");
    List<JsonObject> events = new ArrayList<>();
    for (String block : reply.text().split("\n\n")) {
      String[] lines = block.split("\n");
      assertThat(lines).as(block).hasSize(2);
      assertThat(lines[0]).startsWith("event: ");
      assertThat(lines[1]).startsWith("data: ");
      JsonObject data = (JsonObject) Json.parse(lines[1].substring(6), "an event");
      assertThat(TestServer.text(data, "type")).isEqualTo(lines[0].substring(7));
      if (!lines[0].equals("event: ping")) {
        events.add(data);
      }
    }
    return events;
  }

  static List<String> types(List<JsonObject> events) {
    return events.stream().map(event -> TestServer.text(event, "type")).toList();
  }
}
