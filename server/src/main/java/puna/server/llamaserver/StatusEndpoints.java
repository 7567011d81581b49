package puna.server.llamaserver;

import java.util.List;
import java.util.Optional;
import puna.ModelInfo;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.server.models.ModelLease;
import puna.server.models.Models;
import puna.server.models.ServedModel;
import puna.server.wire.Call;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.Fields;
import puna.server.work.ModelDesk;
import puna.token.Tokenizer;

/// How the server and its first model are.
final class StatusEndpoints {
  private static final int SOON = 1; // seconds

  private final ModelDesk desk;
  private final Slots slots;

  StatusEndpoints(ModelDesk desk, Slots slots) {
    this.desk = desk;
    this.slots = slots;
  }

  /// `GET /health`. A model that is loaded when it is asked for is no reason to wait; one that is
  /// being loaded is. A server that is being stopped takes no more requests.
  void health(Call call, String rest) {
    if (call.isStopping()) {
      throw Failure.stopping();
    }
    Models models = desk.models();
    Optional<ServedModel> first = models.list().stream().findFirst();
    if (first.isPresent() && models.isLoading(first.get())) {
      throw Failure.of(Kind.LOADING, "Loading model").retryAfter(SOON);
    }
    call.reply(200, JsonObject.builder().put("status", "ok").build());
  }

  /// `GET /props`. Loads the first model, since all of this is about it.
  void props(Call call, String rest) {
    try (ModelLease lease = desk.lease(call, NamedModel.first(desk))) {
      ModelInfo info = lease.llama().info();
      Tokenizer tokenizer = lease.llama().tokenizer();
      JsonObject.Builder settings =
          JsonObject.builder()
              .put("id", 0)
              .put("id_task", -1)
              .put("n_ctx", info.context())
              .put("speculative", false)
              .put("is_processing", false)
              .put("params", SettingsJson.defaults(info.sampling()))
              .put("prompt", "")
              .put("next_token", SlotsEndpoint.nextToken());
      call.reply(
          200,
          JsonObject.builder()
              .put("default_generation_settings", settings)
              .put("total_slots", slots.count())
              .put("model_alias", lease.model().id())
              .put("model_path", info.file().toString())
              .put("chat_template", info.chatTemplate().orElse(""))
              .put("chat_template_caps", JsonObject.builder())
              .put("modalities", JsonObject.builder().put("vision", false).put("audio", false))
              .put("media_marker", "<__media__>")
              .put(
                  "bos_token",
                  tokenizer.bos().stream().mapToObj(tokenizer::piece).findFirst().orElse(""))
              .put(
                  "eos_token",
                  tokenizer.eos().stream().mapToObj(tokenizer::piece).findFirst().orElse(""))
              .put("build_info", "puna")
              .put("is_sleeping", false)
              .build());
    }
  }

  /// `POST /props`.
  void changeProps(Call call, String rest) {
    throw Failure.of(Kind.NOT_SUPPORTED, "properties are set when the server is started");
  }

  /// `GET /lora-adapters`.
  void adapters(Call call, String rest) {
    call.reply(200, new JsonArray(List.of()));
  }

  /// `POST /lora-adapters`. There are none to be scaled.
  void scaleAdapters(Call call, String rest) {
    List<puna.json.JsonValue> asked = Fields.array(call.json(), "adapters");
    if (!asked.isEmpty()) {
      throw Failure.of(Kind.INVALID, "there is no adapter to be scaled: none is loaded");
    }
    adapters(call, rest);
  }
}
