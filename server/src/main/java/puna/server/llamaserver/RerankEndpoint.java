package puna.server.llamaserver;

import java.util.ArrayList;
import java.util.List;
import puna.Ranking;
import puna.RerankOptions;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.server.models.ModelLease;
import puna.server.wire.Call;
import puna.server.wire.Endpoint;
import puna.server.wire.Failure;
import puna.server.wire.Fields;
import puna.server.work.Answering;
import puna.server.work.ModelDesk;

/// `POST /rerank`: how well documents fit a query, the best first. With `texts` instead of
/// `documents` the answer is an array, as text-embeddings-inference has it.
final class RerankEndpoint implements Endpoint {
  private final ModelDesk desk;

  RerankEndpoint(ModelDesk desk) {
    this.desk = desk;
  }

  @Override
  public void serve(Call call, String rest) {
    Fields request = call.fields();
    boolean isArray = request.has("texts");
    List<String> documents = documents(request, isArray ? "texts" : "documents");
    String query = request.requiredText("query");
    int most = request.integer("top_n", 1, Integer.MAX_VALUE).orElse(documents.size());
    boolean withTexts = request.isSet("return_text");
    String model = NamedModel.of(desk, request);
    try (ModelLease lease = desk.lease(call, model)) {
      RerankOptions options =
          call.caller().isEmpty()
              ? RerankOptions.defaults()
              : RerankOptions.defaults().withCaller(call.caller());
      Ranking ranking =
          Answering.whilePresent(call, () -> lease.llama().rerank(query, documents, options));
      long tokens = ranking.usage().promptTokens();
      call.record().took(tokens, 0, 0);
      List<JsonObject> results = new ArrayList<>();
      for (int document : ranking.order().subList(0, Math.min(most, ranking.size()))) {
        JsonObject.Builder result =
            JsonObject.builder()
                .put("index", document)
                .put(isArray ? "score" : "relevance_score", ranking.score(document));
        results.add((withTexts ? result.put("text", documents.get(document)) : result).build());
      }
      call.reply(
          200, isArray ? new JsonArray(List.copyOf(results)) : whole(model, results, tokens));
    }
  }

  private static List<String> documents(Fields request, String name) {
    List<JsonValue> values =
        request.array(name).orElseThrow(() -> Failure.missing(name, "an array of texts is needed"));
    if (values.isEmpty()) {
      throw Failure.invalid(name, name + ": must hold a text at least, found none");
    }
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      documents.add(Fields.text(values.get(i), "%s[%s]".formatted(name, i)));
    }
    return documents;
  }

  private static JsonObject whole(String model, List<JsonObject> results, long tokens) {
    return JsonObject.builder()
        .put("model", model)
        .put("object", "list")
        .put("results", results)
        .put("usage", JsonObject.builder().put("prompt_tokens", tokens).put("total_tokens", tokens))
        .build();
  }
}
