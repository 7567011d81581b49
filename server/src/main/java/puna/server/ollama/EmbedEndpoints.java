package puna.server.ollama;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import puna.Embedding;
import puna.EmbeddingOptions;
import puna.EmbeddingOptions.Length;
import puna.EmbeddingOptions.LongTexts;
import puna.Embeddings;
import puna.error.ContextFullException;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.models.ModelLease;
import puna.server.wire.Call;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.Fields;

/// Texts as vectors, by the newer route and the old one.
final class EmbedEndpoints {
  private final ModelShelf shelf;

  EmbedEndpoints(ModelShelf shelf) {
    this.shelf = shelf;
  }

  /// `POST /api/embed`: vectors of length one, in the order of the texts.
  void embed(Call call, String rest) {
    long start = System.nanoTime();
    Fields request = Asked.fields(call);
    String name = Asked.model(request);
    List<String> texts = texts(request);
    EmbeddingOptions options = options(call, request).withLength(Length.UNIT);
    OptionalInt dimensions = request.integer("dimensions", 0, Integer.MAX_VALUE);
    if (dimensions.orElse(0) > 0) {
      options = options.withDimensions(dimensions.getAsInt());
    }
    JsonObject.Builder reply = JsonObject.builder().put("model", name);
    try (ModelLease lease = lease(call, request, name)) {
      List<JsonArray> vectors = new ArrayList<>();
      int tokens = 0;
      if (!texts.isEmpty()) {
        Embeddings embeddings = embeddings(lease, texts, options);
        embeddings.forEach(embedding -> vectors.add(vector(embedding)));
        tokens = embeddings.usage().promptTokens();
        call.record().took(tokens, 0, 0);
      }
      reply
          .put("embeddings", vectors)
          .put("total_duration", System.nanoTime() - start)
          .put("load_duration", lease.waitedNanos())
          .put("prompt_eval_count", tokens);
    }
    call.reply(200, reply.build());
  }

  /// `POST /api/embeddings`: one vector, as long as the model makes it.
  void old(Call call, String rest) {
    Fields request = Asked.fields(call);
    String name = Asked.model(request);
    if (shelf.models().find(name).isEmpty()) {
      throw ModelShelf.missing("model \"%s\" not found, try pulling it first".formatted(name));
    }
    String prompt = request.text("prompt").orElse("");
    EmbeddingOptions options = options(call, request).withLength(Length.MODEL);
    JsonArray vector = new JsonArray(List.of());
    try (ModelLease lease = lease(call, request, name)) {
      if (!prompt.isEmpty()) {
        vector = vector(embeddings(lease, List.of(prompt), options).get(0));
      }
    }
    call.reply(200, JsonObject.builder().put("embedding", vector).build());
  }

  private ModelLease lease(Call call, Fields request, String name) {
    var keepAlive = KeepAlive.read(request);
    ModelLease lease = shelf.lease(call, name, () -> {});
    keepAlive.ifPresent(lease::keepAlive);
    return lease;
  }

  private static EmbeddingOptions options(Call call, Fields request) {
    boolean truncates = request.bool("truncate").orElse(true);
    EmbeddingOptions options =
        EmbeddingOptions.defaults().withLongTexts(truncates ? LongTexts.CUT : LongTexts.REFUSE);
    return call.caller().isEmpty() ? options : options.withCaller(call.caller());
  }

  /// A string or strings; an empty string is as good as none.
  private static List<String> texts(Fields request) {
    JsonValue input = request.value("input").orElse(new JsonArray(List.of()));
    return switch (input) {
      case JsonString(String text) -> text.isEmpty() ? List.of() : List.of(text);
      case JsonArray(List<JsonValue> elements) ->
          elements.stream().map(EmbedEndpoints::text).toList();
      default -> throw invalidType();
    };
  }

  private static String text(JsonValue element) {
    if (element instanceof JsonString(String text)) {
      return text;
    }
    throw invalidType();
  }

  private static Failure invalidType() {
    return Failure.invalid("input", "invalid input type");
  }

  private static Embeddings embeddings(
      ModelLease lease, List<String> texts, EmbeddingOptions options) {
    try {
      return lease.llama().embed(texts, options);
    } catch (ContextFullException e) {
      throw Failure.of(Kind.CONTEXT_FULL, "the input length exceeds the context length");
    }
  }

  private static JsonArray vector(Embedding embedding) {
    List<JsonValue> numbers = new ArrayList<>();
    for (float value : embedding.values()) {
      numbers.add(JsonNumber.of((double) value));
    }
    return new JsonArray(numbers);
  }
}
