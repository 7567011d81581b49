package puna.server.llamaserver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.Prompt;
import puna.SavedPrompt;
import puna.error.SavedStateException;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.server.models.LoadedModel;
import puna.server.models.ModelLease;
import puna.server.wire.Call;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.Fields;
import puna.server.work.Answering;
import puna.server.work.ModelDesk;

/// `/slots`: what is done in them, and what was done last to files and back.
final class SlotsEndpoint {
  private static final System.Logger LOG = System.getLogger("puna.server");
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int LONGEST_NAME = 200;

  private final ModelDesk desk;
  private final Slots slots;
  private final Optional<Path> folder;

  /// @param folder of slot files; empty where none may be written
  SlotsEndpoint(ModelDesk desk, Slots slots, Optional<Path> folder) {
    this.desk = desk;
    this.slots = slots;
    this.folder = folder;
  }

  /// `GET /slots`.
  void list(Call call, String rest) {
    List<Slots.State> states = slots.states();
    boolean isFull = states.stream().allMatch(Slots.State::isProcessing);
    if (isFull && call.request().query().contains("fail_on_no_slot=1")) {
      throw Failure.of(Kind.BUSY, "no slot available").retryAfter(1);
    }
    List<LoadedModel> loaded = desk.models().loaded();
    int context = loaded.isEmpty() ? 0 : loaded.getFirst().llama().info().context();
    List<JsonObject> all = new ArrayList<>();
    for (Slots.State state : states) {
      all.add(
          JsonObject.builder()
              .put("id", state.id())
              .put("id_task", state.task())
              .put("n_ctx", context)
              .put("speculative", false)
              .put("is_processing", state.isProcessing())
              .put(
                  "params",
                  state.kept().map(Slots.Kept::settings).orElse(JsonObject.builder().build()))
              .put("next_token", nextToken())
              .build());
    }
    call.reply(200, new JsonArray(List.copyOf(all)));
  }

  /// What is told of the token that comes next: a text is nobody's business who looks here.
  static JsonObject.Builder nextToken() {
    return JsonObject.builder()
        .put("has_next_token", true)
        .put("has_new_line", false)
        .put("n_remain", -1)
        .put("n_decoded", 0);
  }

  /// `POST /slots/{id}?action=…`.
  void act(Call call, String rest) {
    int id = id(rest);
    String action = action(call.request().query());
    switch (action) {
      case "erase" -> erase(call, id);
      case "save" -> save(call, id, file(call.fields()));
      case "restore" -> {
        Fields request = call.fields();
        restore(call, id, file(request), NamedModel.of(desk, request));
      }
      default ->
          throw Failure.invalid(
              "action", "action: must be save, restore or erase, found '%s'".formatted(action));
    }
  }

  private static int id(String text) {
    if (!text.matches("[0-9]{1,6}")) {
      throw Failure.invalid("id_slot", "id_slot: must be a slot's number, found " + text);
    }
    return Integer.parseInt(text);
  }

  private static String action(String query) {
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith("action=")) {
        return pair.substring("action=".length());
      }
    }
    return "";
  }

  /// A file in the folder, and nowhere else.
  private Path file(Fields request) {
    Path place =
        folder.orElseThrow(() ->
            Failure.of(
                Kind.NOT_SUPPORTED,
                "slots are not saved here: start the server with --slot-save-path"));
    String name = request.requiredText("filename");
    if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9._ -]*") || name.length() > LONGEST_NAME) {
      throw Failure.invalid(
          "filename",
          "filename: must be a name of letters, digits, '.', '_', '-' and spaces, without a path");
    }
    return place.resolve(name);
  }

  private void erase(Call call, int id) {
    int erased = slots.kept(id).map(kept -> kept.tokens().length).orElse(0);
    slots.keep(id, Optional.empty());
    call.reply(200, JsonObject.builder().put("id_slot", id).put("n_erased", erased).build());
  }

  private void save(Call call, int id, Path file) {
    Slots.Kept kept =
        slots
            .kept(id)
            .orElseThrow(
                () -> Failure.invalid("id_slot", "id_slot: nothing was completed in slot " + id));
    long start = System.nanoTime();
    try (ModelLease lease = desk.lease(call, kept.model())) {
      Answering.whilePresent(
          call,
          () -> {
            SavedPrompt.save(lease.llama(), Prompt.tokens(kept.tokens()), file);
            return kept;
          });
      call.reply(
          200,
          JsonObject.builder()
              .put("id_slot", id)
              .put("filename", name(file))
              .put("n_saved", kept.tokens().length)
              .put("n_written", size(file))
              .put("timings", JsonObject.builder().put("save_ms", millisSince(start)))
              .build());
    } catch (SavedStateException e) {
      LOG.log(System.Logger.Level.WARNING, "a slot is not saved: {0}", e.getMessage());
      throw Failure.of(Kind.NO_STORAGE, told(e, file)).at("filename");
    }
  }

  /// What is wrong with a file, without the place of its folder.
  private static String told(SavedStateException e, Path file) {
    String folder = file.getParent() + file.getFileSystem().getSeparator();
    return "filename: " + String.valueOf(e.getMessage()).replace(folder, "");
  }

  private void restore(Call call, int id, Path file, String model) {
    slots.kept(id); // there is such a slot
    if (!Files.isRegularFile(file)) {
      throw Failure.invalid("filename", "filename: there is no saved slot " + name(file));
    }
    long start = System.nanoTime();
    try (ModelLease lease = desk.lease(call, model)) {
      int[] tokens =
          Answering.whilePresent(
              call,
              () -> SavedPrompt.restore(lease.llama(), file).tokens(lease.llama().tokenizer()));
      JsonObject settings = SettingsJson.defaults(lease.llama().info().sampling());
      slots.keep(id, Optional.of(new Slots.Kept(lease.model().id(), tokens, settings)));
      call.reply(
          200,
          JsonObject.builder()
              .put("id_slot", id)
              .put("filename", name(file))
              .put("n_restored", tokens.length)
              .put("n_read", size(file))
              .put("timings", JsonObject.builder().put("restore_ms", millisSince(start)))
              .build());
    } catch (SavedStateException e) {
      throw Failure.invalid("filename", told(e, file));
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0; // somebody removed it
    }
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / NANOS_PER_MILLI;
  }
}
