package puna.server.ollama;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.ModelCard;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.models.LoadedModel;
import puna.server.models.Models;
import puna.server.models.ServedModel;
import puna.server.wire.Call;
import puna.server.wire.Fields;

/// What tells of the server and its models, and changes nothing.
final class ListEndpoints {
  private final ModelShelf shelf;
  private final Clock clock;

  ListEndpoints(ModelShelf shelf, Clock clock) {
    this.shelf = shelf;
    this.clock = clock;
  }

  /// `GET /`, by which clients see whether it runs.
  void root(Call call, String rest) {
    call.reply(
        200, "text/plain; charset=utf-8", "Ollama is running".getBytes(StandardCharsets.UTF_8));
  }

  /// `GET /api/version`.
  void version(Call call, String rest) {
    call.reply(200, JsonObject.builder().put("version", Ollama.VERSION).build());
  }

  /// `GET /api/tags`: all models, each again by its other names.
  void tags(Call call, String rest) {
    List<JsonObject> models = new ArrayList<>();
    for (ServedModel model : shelf.models().list()) {
      Optional<ModelCard> card = shelf.cardIfReadable(model);
      if (card.isPresent()) {
        models.add(tag(model.id(), card.get()));
        model.aliases().stream()
            .filter(alias -> !alias.contains("*"))
            .forEach(alias -> models.add(tag(alias, card.get())));
      }
    }
    call.reply(200, JsonObject.builder().put("models", models).build());
  }

  private static JsonObject tag(String name, ModelCard card) {
    return ModelJson.entry(name, card.fileBytes(), card)
        .put("modified_at", card.modified().toString())
        .put("capabilities", ModelJson.capabilities(card))
        .build();
  }

  /// `GET /api/ps`: those that are loaded.
  void loaded(Call call, String rest) {
    List<JsonObject> models = new ArrayList<>();
    for (LoadedModel loaded : shelf.models().loaded()) {
      shelf
          .cardIfReadable(loaded.model())
          .ifPresent(card ->
              models.add(
                  ModelJson.entry(loaded.model().id(), loaded.bytes(), card)
                      .put("expires_at", expires(loaded))
                      .put("size_vram", 0)
                      .put("context_length", loaded.llama().info().context())
                      .build()));
    }
    call.reply(200, JsonObject.builder().put("models", models).build());
  }

  private String expires(LoadedModel loaded) {
    return loaded
        .expires()
        .orElseGet(() -> clock.instant().plus(Models.Settings.FOREVER))
        .toString();
  }

  /// `POST /api/show`.
  void show(Call call, String rest) {
    Fields request = Asked.fields(call);
    String name = Asked.model(request);
    ServedModel model = shelf.find(name);
    ModelCard card = shelf.card(model);
    JsonValue license =
        card.metadata()
            .get("general.license")
            .filter(JsonString.class::isInstance)
            .orElse(new JsonString(""));
    call.reply(
        200,
        JsonObject.builder()
            .put("license", license)
            .put("modelfile", "FROM " + ModelJson.tagged(name))
            .put("parameters", ModelJson.parameters(model, card))
            .put("template", card.chatTemplate().orElse(""))
            .put("details", ModelJson.details(card))
            .put("model_info", ModelJson.info(card))
            .put("capabilities", ModelJson.capabilities(card))
            .put("modified_at", card.modified().toString())
            .build());
  }
}
