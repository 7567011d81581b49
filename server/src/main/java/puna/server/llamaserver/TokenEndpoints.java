package puna.server.llamaserver;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import puna.Llama;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.models.ModelLease;
import puna.server.openai.ChatFields;
import puna.server.wire.Call;
import puna.server.wire.Failure;
import puna.server.wire.Fields;
import puna.server.work.ChatTask;
import puna.server.work.Conversations;
import puna.server.work.ModelDesk;
import puna.server.work.Prompts;
import puna.token.Tokenizer;

/// Texts to tokens and back.
final class TokenEndpoints {
  private final ModelDesk desk;

  TokenEndpoints(ModelDesk desk) {
    this.desk = desk;
  }

  /// `POST /tokenize`.
  void tokenize(Call call, String rest) {
    Fields request = call.fields();
    JsonValue content =
        request.value("content").orElseThrow(() -> Failure.missing("content", "a text is needed"));
    if (!(content instanceof JsonString) && !(content instanceof JsonArray)) {
      throw Failure.wrongType("content", "a text, or texts and token ids", Fields.kind(content));
    }
    MixedPrompt prompt = MixedPrompt.read(content, "content");
    boolean addsSpecial = request.isSet("add_special");
    boolean parsesSpecial = request.bool("parse_special").orElse(true);
    boolean withPieces = request.isSet("with_pieces");
    try (ModelLease lease = desk.lease(call, NamedModel.of(desk, request))) {
      Tokenizer tokenizer = lease.llama().tokenizer();
      int[] ids =
          content instanceof JsonString(String text) && !parsesSpecial
              ? tokenizer.encode(text)
              : prompt.ids(tokenizer);
      ids = addsSpecial ? tokenizer.framed(ids) : ids;
      JsonArray tokens = withPieces ? pieces(tokenizer, ids) : TokenText.numbers(ids);
      call.reply(200, JsonObject.builder().put("tokens", tokens).build());
    }
  }

  private static JsonArray pieces(Tokenizer tokenizer, int... ids) {
    return new JsonArray(
        IntStream.of(ids)
            .<JsonValue>mapToObj(id ->
                JsonObject.builder()
                    .put("id", id)
                    .put("piece", TokenText.piece(tokenizer, id))
                    .build())
            .toList());
  }

  /// `POST /detokenize`.
  void detokenize(Call call, String rest) {
    Fields request = call.fields();
    List<JsonValue> tokens =
        request
            .array("tokens")
            .orElseThrow(() -> Failure.missing("tokens", "an array of token ids is needed"));
    int[] ids = Prompts.ids(tokens, "tokens");
    try (ModelLease lease = desk.lease(call, NamedModel.of(desk, request))) {
      String content = TokenText.of(lease.llama().tokenizer(), ids);
      call.reply(200, JsonObject.builder().put("content", content).build());
    }
  }

  /// `POST /apply-template`. The prompt has no BOS where `/completion` would add it.
  void applyTemplate(Call call, String rest) {
    Fields request = call.fields();
    if (!request.bool("add_generation_prompt").orElse(true)) {
      throw Failure.unsupported(
          "add_generation_prompt",
          "add_generation_prompt: prompts are made ready for an answer here, so it must be true");
    }
    String model = NamedModel.of(desk, request);
    ChatTask task = ChatFields.read(named(request, model), call.caller());
    try (ModelLease lease = desk.lease(call, model)) {
      Llama llama = lease.llama();
      Tokenizer tokenizer = llama.tokenizer();
      int[] ids =
          Conversations.folded(
              task.messages(),
              messages -> llama.prompt(messages, task.options()).tokens(tokenizer));
      boolean hasBos =
          ids.length > 0
              && tokenizer.addsBos()
              && tokenizer.bos().isPresent()
              && tokenizer.bos().getAsInt() == ids[0];
      String prompt = TokenText.of(tokenizer, IntStream.of(ids).skip(hasBos ? 1 : 0).toArray());
      call.reply(200, JsonObject.builder().put("prompt", prompt).build());
    }
  }

  private static Fields named(Fields request, String model) {
    return Fields.of(request.json().toBuilder().put("model", model).build());
  }

  /// A list of numbers.
  static JsonArray numbers(double... values) {
    List<JsonValue> numbers = new ArrayList<>();
    for (double value : values) {
      numbers.add(new JsonValue.JsonNumber(Float.toString((float) value)));
    }
    return new JsonArray(numbers);
  }
}
