package puna.server.openai;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import puna.Embedding;
import puna.EmbeddingOptions;
import puna.Embeddings;
import puna.Prompt;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.models.ModelLease;
import puna.server.wire.Call;
import puna.server.wire.Endpoint;
import puna.server.wire.Failure;
import puna.server.wire.Fields;
import puna.server.work.Answering;
import puna.server.work.ModelDesk;
import puna.server.work.Prompts;

/// `POST /v1/embeddings`.
final class EmbeddingsEndpoint implements Endpoint {
  private final ModelDesk desk;

  EmbeddingsEndpoint(ModelDesk desk) {
    this.desk = desk;
  }

  private enum Form {
    FLOATS,
    BASE64;

    static Form of(Fields request) {
      String name = request.text("encoding_format").orElse("float");
      return switch (name) {
        case "float" -> FLOATS;
        case "base64" -> BASE64;
        default ->
            throw Failure.invalid(
                "encoding_format", "encoding_format: must be float or base64, found " + name);
      };
    }
  }

  @Override
  public void serve(Call call, String rest) {
    Fields request = call.fields();
    String model = request.requiredText("model");
    Form form = Form.of(request);
    Prompts input = Prompts.read(request, "input", Prompts.Specials.TEXT);
    OptionalInt dimensions = request.integer("dimensions", 1, Integer.MAX_VALUE);
    try (ModelLease lease = desk.lease(call, model)) {
      EmbeddingOptions options =
          options(dimensions, lease.llama().embeddingDimensions(), call.caller());
      List<Prompt> texts = input.encodedNotEmpty(lease.llama().tokenizer());
      Embeddings embeddings =
          Answering.whilePresent(call, () -> lease.llama().embedPrompts(texts, options));
      call.record().took(embeddings.usage().promptTokens(), 0, 0);
      call.reply(200, json(embeddings, form, model));
    }
  }

  private static EmbeddingOptions options(OptionalInt dimensions, int width, String caller) {
    EmbeddingOptions options = EmbeddingOptions.defaults().withLength(EmbeddingOptions.Length.UNIT);
    options = caller.isEmpty() ? options : options.withCaller(caller);
    if (dimensions.isEmpty()) {
      return options;
    }
    if (dimensions.getAsInt() > width) {
      throw Failure.invalid(
          "dimensions",
          "dimensions: this model has %s, found %s".formatted(width, dimensions.getAsInt()));
    }
    return options.withDimensions(dimensions.getAsInt());
  }

  private static JsonObject json(Embeddings embeddings, Form form, String model) {
    List<JsonObject> data = new ArrayList<>();
    for (int i = 0; i < embeddings.size(); i++) {
      data.add(
          JsonObject.builder()
              .put("object", "embedding")
              .put("index", i)
              .put("embedding", vector(embeddings.get(i), form))
              .build());
    }
    long tokens = embeddings.usage().promptTokens();
    return JsonObject.builder()
        .put("object", "list")
        .put("data", data)
        .put("model", model)
        .put("usage", JsonObject.builder().put("prompt_tokens", tokens).put("total_tokens", tokens))
        .build();
  }

  private static JsonValue vector(Embedding embedding, Form form) {
    float[] values = embedding.values();
    if (form == Form.FLOATS) {
      List<JsonValue> numbers = new ArrayList<>();
      for (float value : values) {
        numbers.add(new JsonNumber(Float.toString(value)));
      }
      return new JsonArray(numbers);
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new JsonString(Base64.getEncoder().encodeToString(bytes.array()));
  }
}
