package puna.server.openai;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.LlamaOptions;
import puna.ModelInfo;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.server.models.LoadedModel;
import puna.server.models.Models;
import puna.server.models.ServedModel;
import puna.server.wire.Call;
import puna.server.work.ModelDesk;

/// `GET /v1/models`: one body for the clients of OpenAI, Anthropic and llama-server alike.
final class ModelsEndpoint {
  private final ModelDesk desk;
  private final Instant started;

  /// @param started what is told as the time of each model
  ModelsEndpoint(ModelDesk desk, Instant started) {
    this.desk = desk;
    this.started = started;
  }

  /// All models, and each again by its aliases, since clients offer only what is listed.
  void list(Call call, String rest) {
    Models models = desk.models();
    List<JsonObject> data = new ArrayList<>();
    for (ServedModel model : models.list()) {
      data.add(model(model, model.id()));
      for (String alias : model.aliases()) {
        if (!alias.contains("*")) {
          data.add(model(model, alias));
        }
      }
    }
    JsonObject.Builder page =
        JsonObject.builder().put("object", "list").put("data", data).put("has_more", false);
    page.putOrNull(
        "first_id", id(data.isEmpty() ? Optional.empty() : Optional.of(data.getFirst())));
    page.putOrNull("last_id", id(data.isEmpty() ? Optional.empty() : Optional.of(data.getLast())));
    call.reply(200, page.build());
  }

  private static Optional<String> id(Optional<JsonObject> model) {
    return model.flatMap(object -> object.get("id")).map(id -> ((JsonValue.JsonString) id).value());
  }

  /// One of them.
  void one(Call call, String name) {
    call.reply(200, model(desk.find(name), name));
  }

  /// Whether it is loaded, in llama-server's words; while it is being loaded, how far.
  private JsonObject.Builder status(ServedModel model) {
    Models models = desk.models();
    return models.isLoading(model)
        ? JsonObject.builder().put("value", "loading").put("progress", models.progress())
        : JsonObject.builder().put("value", models.isLoaded(model) ? "loaded" : "unloaded");
  }

  private JsonObject model(ServedModel model, String id) {
    Optional<ModelInfo> info =
        desk.models().loaded().stream()
            .filter(loaded -> loaded.model().equals(model))
            .map(LoadedModel::llama)
            .map(llama -> llama.info())
            .findFirst();
    int context =
        info.map(ModelInfo::context)
            .orElse(model.options().contextLength().orElse(LlamaOptions.DEFAULT_CONTEXT_LIMIT));
    JsonObject.Builder json =
        JsonObject.builder()
            .put("id", id)
            .put("object", "model")
            .put("created", started.getEpochSecond())
            .put("owned_by", "puna")
            .put("type", "model")
            .put("display_name", id)
            .put("created_at", Instant.ofEpochSecond(started.getEpochSecond()).toString())
            .put("max_input_tokens", context)
            .put("max_tokens", context)
            .putNull("capabilities")
            .put("lifecycle", "active")
            .putNull("deprecated_at")
            .putNull("retires_at")
            .putNull("line")
            .put("context_length", context);
    JsonObject.Builder meta = JsonObject.builder().put("n_ctx", context);
    info.ifPresent(facts ->
        meta.put("n_ctx_train", facts.trainedContext())
            .put("n_params", facts.parameters())
            .put("n_vocab", facts.vocabulary())
            .put("size", facts.bytes()));
    return json.put("meta", meta).put("status", status(model)).build();
  }
}
