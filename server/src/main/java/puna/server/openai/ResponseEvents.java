package puna.server.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import puna.ChatAnswer;
import puna.FinishReason;
import puna.chat.ChatEvent;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.server.openai.ResponseItems.Status;
import puna.server.wire.Ids;
import puna.server.wire.StreamedReply;
import puna.server.work.ChatSink;

/// A response as the events of the Responses API: items open and close one after the other, and
/// events are numbered. Without a reply to write them to, it collects the items alone.
final class ResponseEvents extends ChatSink {
  private final @Nullable StreamedReply reply;
  private final Ids ids;
  private final AtomicLong number; // of the next event
  private final List<JsonObject> output = new ArrayList<>();
  private @Nullable Item open;
  private FinishReason reason = FinishReason.STOP;

  /// An item that is being written.
  private static final class Item {
    private final Kind kind;
    private final String id;
    private final String callId;
    private final String name;
    private final StringBuilder text = new StringBuilder();

    /// What kind of item.
    private enum Kind {
      MESSAGE("msg_"),
      REASONING("rs_"),
      CALL("fc_");

      private final String prefix;

      Kind(String prefix) {
        this.prefix = prefix;
      }
    }

    Item(Kind kind, String id, String callId, String name) {
      this.kind = kind;
      this.id = id;
      this.callId = callId;
      this.name = name;
    }

    JsonObject json(Status status) {
      return switch (kind) {
        case MESSAGE -> ResponseItems.message(id, status, text.toString());
        case REASONING -> ResponseItems.reasoning(id, status, text.toString());
        case CALL -> ResponseItems.call(id, status, callId, name, text.toString());
      };
    }

    JsonObject part(String of) {
      return kind == Kind.REASONING ? ResponseItems.reasoningPart(of) : ResponseItems.textPart(of);
    }

    /// What the events of its text are called.
    String events() {
      return switch (kind) {
        case MESSAGE -> "response.output_text";
        case REASONING -> "response.reasoning_text";
        case CALL -> "response.function_call_arguments";
      };
    }
  }

  /// @param reply null where only the items are wanted
  /// @param number of the first event
  ResponseEvents(ChatAnswer answer, @Nullable StreamedReply reply, Ids ids, AtomicLong number) {
    super(List.of(answer));
    this.reply = reply;
    this.ids = ids;
    this.number = number;
  }

  /// The items so far.
  List<JsonObject> output() {
    return List.copyOf(output);
  }

  /// An event about the whole response.
  void response(String type, JsonObject response) {
    send(event(type).put("response", response), type);
  }

  private JsonObject.Builder event(String type) {
    return JsonObject.builder().put("type", type).put("sequence_number", number.getAndIncrement());
  }

  private void send(JsonObject.Builder event, String type) {
    if (reply != null) {
      reply.event(type, event.build());
    }
  }

  private Item open(Item.Kind kind) {
    if (open != null && open.kind == kind && kind != Item.Kind.CALL) {
      return open;
    }
    return begin(new Item(kind, ids.next(kind.prefix), "", ""));
  }

  private Item begin(Item item) {
    close(Status.COMPLETED);
    open = item;
    String type = "response.output_item.added";
    send(at(event(type)).put("item", item.json(Status.IN_PROGRESS)), type);
    if (item.kind != Item.Kind.CALL) {
      part("response.content_part.added", item, "");
    }
    return item;
  }

  private void part(String type, Item item, String text) {
    send(
        at(event(type))
            .put("item_id", item.id)
            .put("content_index", 0)
            .put("part", item.part(text)),
        type);
  }

  private JsonObject.Builder at(JsonObject.Builder event) {
    return event.put("output_index", output.size());
  }

  private void add(Item item, String piece) {
    item.text.append(piece);
    String type = item.events() + ".delta";
    JsonObject.Builder event = at(event(type)).put("item_id", item.id);
    if (item.kind != Item.Kind.CALL) {
      event.put("content_index", 0);
    }
    event.put("delta", piece);
    send(item.kind == Item.Kind.MESSAGE ? event.put("logprobs", NO_LOGPROBS) : event, type);
  }

  private static final JsonArray NO_LOGPROBS = new JsonArray(List.of());

  private void close(Status status) {
    Item item = open;
    if (item == null) {
      return;
    }
    String type = item.events() + ".done";
    JsonObject.Builder event = at(event(type)).put("item_id", item.id);
    switch (item.kind) {
      case MESSAGE ->
          event
              .put("content_index", 0)
              .put("text", item.text.toString())
              .put("logprobs", NO_LOGPROBS);
      case REASONING -> event.put("content_index", 0).put("text", item.text.toString());
      case CALL -> event.put("name", item.name).put("arguments", item.text.toString());
    }
    send(event, type);
    if (item.kind != Item.Kind.CALL) {
      part("response.content_part.done", item, item.text.toString());
    }
    String done = "response.output_item.done";
    send(at(event(done)).put("item", item.json(status)), done);
    output.add(item.json(status));
    open = null;
  }

  @Override
  protected void text(int answer, String piece) {
    add(open(Item.Kind.MESSAGE), piece);
  }

  @Override
  protected void reasoning(int answer, String piece) {
    add(open(Item.Kind.REASONING), piece);
  }

  @Override
  protected void callStarted(int answer, ChatEvent.ToolCallStarted call) {
    Item _ = begin(new Item(Item.Kind.CALL, ids.next("fc_"), call.id(), call.name()));
  }

  @Override
  protected void arguments(int answer, ChatEvent.ArgumentsDelta piece) {
    if (open != null) {
      add(open, piece.json());
    }
  }

  @Override
  protected void callEnded(int answer) {} // the next item, or the end, closes it

  @Override
  protected void ended(int answer, FinishReason why) {
    reason = why;
    if (open == null && output.isEmpty()) {
      Item _ = open(Item.Kind.MESSAGE); // an answer without a word is one all the same
    }
    boolean isCut = ResponseJson.incomplete(why).isPresent();
    close(isCut ? Status.INCOMPLETE : Status.COMPLETED);
  }

  /// Why the answer ended.
  FinishReason reason() {
    return reason;
  }

  @Override
  public void idle() {
    if (reply != null) {
      ChatChunks.comment(reply);
    }
  }

  @Override
  public void flush() {
    if (reply != null) {
      reply.flush();
    }
  }
}
