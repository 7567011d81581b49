package puna.server.llamaserver;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import puna.EmbeddingOptions;
import puna.EmbeddingOptions.Length;
import puna.Embeddings;
import puna.Llama;
import puna.Prompt;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.server.models.ModelLease;
import puna.server.wire.Call;
import puna.server.wire.Endpoint;
import puna.server.wire.Fields;
import puna.server.work.Answering;
import puna.server.work.ModelDesk;

/// `POST /embedding`: a vector for each text.
final class EmbeddingEndpoint implements Endpoint {
  private static final int LARGEST = 32_760; // of an integer of 16 bits, as llama.cpp scales to it

  private final ModelDesk desk;

  EmbeddingEndpoint(ModelDesk desk) {
    this.desk = desk;
  }

  @Override
  public void serve(Call call, String rest) {
    Fields request = call.fields();
    MixedPrompt.Several texts =
        MixedPrompt.Several.read(request, request.has("content") ? "content" : "input");
    int norm = request.integer("embd_normalize", -1, Integer.MAX_VALUE).orElse(2);
    try (ModelLease lease = desk.lease(call, NamedModel.of(desk, request))) {
      Llama llama = lease.llama();
      List<Prompt> prompts =
          texts.prompts().stream().map(text -> text.prompt(llama.tokenizer())).toList();
      EmbeddingOptions usual = EmbeddingOptions.defaults().withLength(Length.MODEL);
      EmbeddingOptions options = call.caller().isEmpty() ? usual : usual.withCaller(call.caller());
      Embeddings vectors = Answering.whilePresent(call, () -> llama.embedPrompts(prompts, options));
      call.record().took(vectors.usage().promptTokens(), 0, 0);
      List<JsonObject> all = new ArrayList<>();
      for (int i = 0; i < vectors.size(); i++) {
        JsonArray vector = TokenEndpoints.numbers(scaled(vectors.get(i).values(), norm));
        all.add(JsonObject.builder().put("index", i).put("embedding", List.of(vector)).build());
      }
      call.reply(200, new JsonArray(List.copyOf(all)));
    }
  }

  /// A vector by llama.cpp's norms: none below 0, the largest value for 0, else the p-norm.
  private static double[] scaled(float[] values, int norm) {
    double[] numbers = IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    if (norm < 0) {
      return numbers;
    }
    double length = 0;
    for (double number : numbers) {
      double size = Math.abs(number);
      length = norm == 0 ? Math.max(length, size / LARGEST) : length + Math.pow(size, norm);
    }
    length = norm == 0 ? length : Math.pow(length, 1.0 / norm);
    for (int i = 0; i < numbers.length && length > 0; i++) {
      numbers[i] /= length;
    }
    return numbers;
  }
}
