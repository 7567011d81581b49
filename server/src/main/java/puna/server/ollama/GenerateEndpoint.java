package puna.server.ollama;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.ChatOptions;
import puna.GenerationOptions;
import puna.ModelCard;
import puna.Prompt;
import puna.chat.ChatMessage;
import puna.server.ollama.Head.Form;
import puna.server.wire.Call;
import puna.server.wire.Endpoint;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.Fields;

/// `POST /api/generate`.
final class GenerateEndpoint implements Endpoint {
  private final ModelShelf shelf;
  private final AnswerDesk answers;
  private final Clock clock;

  GenerateEndpoint(ModelShelf shelf, Clock clock) {
    this.shelf = shelf;
    this.answers = new AnswerDesk(shelf);
    this.clock = clock;
  }

  @Override
  public void serve(Call call, String rest) {
    Fields request = Asked.fields(call);
    Head head = Head.of(Asked.model(request), Form.GENERATE, clock);
    ModelCard card = shelf.card(shelf.find(head.model()));
    Optional<Duration> keepAlive = KeepAlive.read(request);
    AnswerFields.requireNoImages(request);
    requireNoTemplate(request);
    if (text(request, "prompt").isEmpty() && text(request, "suffix").isEmpty()) {
      answers.loadOrUnload(call, head, keepAlive);
      return;
    }
    AnswerFields fields = new AnswerFields(request, head.model());
    if (card.embeds()) {
      throw fields.cannot("generate");
    }
    fields.requireAbility(card);
    answers.answer(
        call,
        head,
        new AnswerDesk.Wanted(Asked.streams(request), fields.hasLogProbabilities(), keepAlive),
        starter(request, fields, card, call.caller()));
  }

  private static String text(Fields request, String name) {
    return request.text(name).orElse("");
  }

  /// What cannot be followed is not passed over, since the answer would be another one.
  private static void requireNoTemplate(Fields request) {
    boolean hasTemplate = !text(request, "template").isEmpty();
    boolean hasContext = !request.array("context").orElse(List.of()).isEmpty();
    if (request.isSet("raw") && (hasTemplate || hasContext || !text(request, "system").isEmpty())) {
      throw Failure.of(Kind.INVALID, "raw mode does not support template, system, or context");
    }
    if (hasTemplate) {
      throw Failure.unsupported(
          "template", "template is not supported by this server: models keep their own");
    }
    if (hasContext) {
      throw Failure.unsupported(
          "context", "context is not supported by this server: send the conversation to /api/chat");
    }
  }

  private static AnswerDesk.Starter starter(
      Fields request, AnswerFields fields, ModelCard card, String caller) {
    String prompt = text(request, "prompt");
    String suffix = text(request, "suffix");
    String system = text(request, "system");
    if (!suffix.isEmpty()) {
      if (!card.infills()) {
        throw fields.cannot("insert");
      }
      GenerationOptions options = fields.into(GenerationOptions.defaults(), caller);
      return llama -> llama.infill(prompt, suffix, options);
    }
    if (request.isSet("raw") || (!card.chats() && system.isEmpty())) {
      GenerationOptions options = fields.into(GenerationOptions.defaults(), caller);
      // whoever writes raw prompts writes the marks of a template into them
      Prompt text = request.isSet("raw") ? Prompt.textWithSpecials(prompt) : Prompt.text(prompt);
      return llama -> llama.generate(text, options);
    }
    List<ChatMessage> messages = new ArrayList<>();
    if (!system.isEmpty()) {
      messages.add(ChatMessage.system(system));
    }
    messages.add(ChatMessage.user(prompt));
    ChatOptions options = fields.chatOptions(card, caller);
    return llama -> llama.chat(messages, options);
  }
}
