package puna.server.anthropic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.ChatAnswer;
import puna.FinishReason;
import puna.chat.ChatEvent;
import puna.chat.ToolCall;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;
import puna.server.anthropic.MessageJson.CallsTools;
import puna.server.anthropic.MessageJson.End;
import puna.server.anthropic.Thinking.Display;
import puna.server.wire.StreamedReply;
import puna.server.work.ChatSink;

/// A message as it is generated: its blocks one after the other, with an event for each step where
/// the client wants a stream.
///
/// A call of a tool is told when it is whole: clients parse its input when the block stops, and
/// some break on one that was cut off.
final class MessageEvents extends ChatSink {
  private static final Duration SILENCE = Duration.ofSeconds(4);

  /// Nobody but its server can tell who signed reasoning, so it is the same everywhere.
  private static final String SIGNATURE = "cHVuYQ==";

  private final ChatAnswer answer;
  private final MessageJson json;
  private final Display thinking;
  private final @Nullable StreamedReply reply; // null where the message is sent as a whole
  private final List<JsonObject> content = new ArrayList<>();
  private final StringBuilder text = new StringBuilder(); // of the open block
  private Open open = Open.NONE;
  private boolean hasWritten; // since the last flush
  private CallsTools callsTools = CallsTools.NO;
  private @Nullable End end;

  /// The block that is open.
  private enum Open {
    NONE,
    /// Nothing but white space yet: no block unless more follows.
    BLANK,
    TEXT,
    THINKING
  }

  /// @param reply null where the message is sent as a whole
  MessageEvents(
      ChatAnswer answer, MessageJson json, Display thinking, @Nullable StreamedReply reply) {
    super(List.of(answer));
    this.answer = answer;
    this.json = json;
    this.thinking = thinking;
    this.reply = reply;
  }

  /// The message begins, before its prompt is read.
  void begin() {
    int promptTokens = answer.generation().promptTokens().length;
    event("message_start", JsonObject.builder().put("message", json.begun(promptTokens)));
    flush();
  }

  /// The message, once it has ended.
  JsonObject whole() {
    return json.whole(content, requireEnd(), answer.usage());
  }

  /// The end of the stream.
  void finish() {
    JsonObject.Builder usage = MessageJson.usage(answer.usage());
    event(
        "message_delta",
        JsonObject.builder()
            .put("delta", requireEnd().into(JsonObject.builder()))
            .put("usage", usage));
    event("message_stop", JsonObject.builder());
    flush();
  }

  private End requireEnd() {
    if (end == null) {
      throw new IllegalStateException("the message has not ended yet");
    }
    return end;
  }

  @Override
  protected void reasoning(int number, String piece) {
    if (open != Open.THINKING) {
      close();
      open = Open.THINKING;
      start(JsonObject.builder().put("type", "thinking").put("thinking", "").put("signature", ""));
    }
    if (thinking == Display.SHOWN) {
      text.append(piece);
      delta(JsonObject.builder().put("type", "thinking_delta").put("thinking", piece));
    }
  }

  @Override
  protected void text(int number, String piece) {
    if (open == Open.THINKING) {
      close();
    }
    text.append(piece);
    if (open == Open.TEXT) {
      textDelta(piece);
    } else if (text.toString().isBlank()) {
      open = Open.BLANK;
    } else {
      open = Open.TEXT;
      start(JsonObject.builder().put("type", "text").put("text", "").putNull("citations"));
      textDelta(text.toString());
    }
  }

  private void textDelta(String piece) {
    delta(JsonObject.builder().put("type", "text_delta").put("text", piece));
  }

  @Override
  protected void callStarted(int number, ChatEvent.ToolCallStarted call) {}

  @Override
  protected void arguments(int number, ChatEvent.ArgumentsDelta piece) {}

  @Override
  protected void callEnded(int number) {} // cut off or malformed: no call

  @Override
  protected void callFinished(int number, ToolCall call) {
    close();
    callsTools = CallsTools.YES;
    String id = CallIds.told(call.id().orElse(""));
    start(tool(id, call, JsonObject.builder().build()));
    delta(
        JsonObject.builder()
            .put("type", "input_json_delta")
            .put("partial_json", Json.write(call.arguments())));
    stop(tool(id, call, call.arguments()));
  }

  private static JsonObject.Builder tool(String id, ToolCall call, JsonObject input) {
    return JsonObject.builder()
        .put("type", "tool_use")
        .put("id", id)
        .put("name", call.name())
        .put("input", input)
        .put("caller", JsonObject.builder().put("type", "direct"));
  }

  @Override
  protected void ended(int number, FinishReason reason) {
    close();
    end = End.of(answer, reason, callsTools);
  }

  /// Ends the open block, if there is one.
  private void close() {
    String all = text.toString();
    switch (open) {
      case NONE, BLANK -> {}
      case TEXT ->
          stop(JsonObject.builder().put("type", "text").put("text", all).putNull("citations"));
      case THINKING -> {
        delta(JsonObject.builder().put("type", "signature_delta").put("signature", SIGNATURE));
        stop(
            JsonObject.builder()
                .put("type", "thinking")
                .put("thinking", all)
                .put("signature", SIGNATURE));
      }
    }
    text.setLength(0);
    open = Open.NONE;
  }

  private void start(JsonObject.Builder block) {
    event("content_block_start", indexed().put("content_block", block));
  }

  private void delta(JsonObject.Builder delta) {
    event("content_block_delta", indexed().put("delta", delta));
  }

  private void stop(JsonObject.Builder block) {
    event("content_block_stop", indexed());
    content.add(block.build());
  }

  private JsonObject.Builder indexed() {
    return JsonObject.builder().put("index", content.size());
  }

  private void event(String type, JsonObject.Builder data) {
    if (reply != null) {
      JsonObject.Builder typed = JsonObject.builder().put("type", type);
      data.build().members().forEach(typed::put);
      reply.event(type, typed.build());
      hasWritten = true;
    }
  }

  @Override
  public void idle() {
    ping(reply);
  }

  /// An event that clients skip: it keeps them from asking again, and shows that they are there.
  static void ping(@Nullable StreamedReply reply) {
    if (reply != null && reply.isSilentFor(SILENCE)) {
      reply.event("ping", JsonObject.builder().put("type", "ping").build());
      reply.flush();
    }
  }

  @Override
  public void flush() {
    if (reply != null && hasWritten) {
      reply.flush();
      hasWritten = false;
    } else {
      ping(reply);
    }
  }
}
