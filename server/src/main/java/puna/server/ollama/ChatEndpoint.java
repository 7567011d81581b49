package puna.server.ollama;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import puna.ChatOptions;
import puna.ModelCard;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.server.ollama.Head.Form;
import puna.server.wire.Call;
import puna.server.wire.Endpoint;
import puna.server.wire.Fields;

/// `POST /api/chat`.
final class ChatEndpoint implements Endpoint {
  private final ModelShelf shelf;
  private final AnswerDesk answers;
  private final Clock clock;

  ChatEndpoint(ModelShelf shelf, Clock clock) {
    this.shelf = shelf;
    this.answers = new AnswerDesk(shelf);
    this.clock = clock;
  }

  @Override
  public void serve(Call call, String rest) {
    Fields request = Asked.fields(call);
    Head head = Head.of(Asked.model(request), Form.CHAT, clock);
    ModelCard card = shelf.card(shelf.find(head.model()));
    Optional<Duration> keepAlive = KeepAlive.read(request);
    List<ChatMessage> messages = MessageFields.read(request);
    if (messages.isEmpty()) {
      answers.loadOrUnload(call, head, keepAlive);
      return;
    }
    AnswerFields fields = new AnswerFields(request, head.model());
    if (!card.chats() || card.embeds()) {
      throw fields.cannot("chat");
    }
    ChatOptions options = fields.chatOptions(card, call.caller());
    List<Tool> tools = ToolFields.read(request);
    ChatOptions whole = tools.isEmpty() ? options : options.withTools(tools);
    answers.answer(
        call,
        head,
        new AnswerDesk.Wanted(Asked.streams(request), fields.hasLogProbabilities(), keepAlive),
        llama -> llama.chat(messages, whole));
  }
}
