package puna.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import puna.LibraryModel;
import puna.ModelLibrary;
import puna.cli.command.Console;
import puna.cli.command.ExitCodes;
import puna.cli.command.PunaCommand;
import puna.cli.command.Table;
import puna.cli.command.Text;
import puna.hub.ModelListing;
import puna.hub.ModelStore;
import puna.hub.StoredModel;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// `puna models`: the models that are known by name, and those that were fetched.
@Command(
    name = "models",
    description = "List the models that --model knows by name, and those that were fetched.")
final class ModelsCommand extends PunaCommand {
  @Option(names = "--json", description = "Print one JSON array.")
  private boolean json;

  @Option(
      names = "--recommended",
      description = "List good models to fetch instead, by the memory that they need.")
  private boolean recommended;

  @Option(
      names = "--all",
      description =
          "List also what Ollama, LM Studio, llama.cpp and Hugging Face's tools have on this machine"
              + " and Puna can run; it is used where it lies.")
  private boolean all;

  ModelsCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    if (recommended) {
      List<RecommendedModel> models = RecommendedModel.all();
      console()
          .out()
          .print(
              json
                  ? Json.write(RecommendedModel.asJson(models)) + "\n"
                  : RecommendedModel.table(models));
      return ExitCodes.OK;
    }
    ModelStore store = ModelStore.standard();
    List<ModelListing> named = store.list();
    Map<String, StoredModel> stored = new LinkedHashMap<>();
    store.stored().forEach(model -> stored.put(model.reference(), model));
    List<LibraryModel> others = all ? ModelLibrary.standard().found() : List.of();
    if (json) {
      List<JsonValue> models = new ArrayList<>(asJson(named, stored));
      others.forEach(model -> models.add(OthersTable.asJson(model)));
      console().out().println(Json.write(new JsonArray(models)));
    } else {
      print(named, stored);
      if (all) {
        console().out().println("");
        console().out().print(OthersTable.of(others));
      }
      console().out().println("");
      console().out().println("Others: 'puna pull', 'puna models --recommended', or --model PATH");
      console().out().println("Models lie in " + Text.escaped(store.home().toString()));
    }
    return ExitCodes.OK;
  }

  private void print(List<ModelListing> named, Map<String, StoredModel> stored) {
    Map<String, StoredModel> rest = new LinkedHashMap<>(stored);
    Table table =
        new Table(
            Table.Align.LEFT,
            Table.Align.RIGHT,
            Table.Align.LEFT,
            Table.Align.LEFT,
            Table.Align.LEFT);
    table.row("name", "size", "type", "last used", "from");
    for (ModelListing model : named) {
      Optional<StoredModel> placed = Optional.ofNullable(rest.remove(model.name()));
      String note = model.name().equals(ModelStore.DEFAULT_MODEL) ? " (the default)" : "";
      table.row(
          model.name(),
          Text.bytes(model.bytes()),
          placed.map(StoredModel::type).orElse(""),
          day(placed.flatMap(StoredModel::lastUsed)),
          "%s, %s%s".formatted(model.description(), model.license(), note));
    }
    for (StoredModel model : rest.values()) {
      String missing =
          model.missing() > 0 ? " (%s missing)".formatted(Text.bytes(model.missing())) : "";
      table.row(
          Text.escaped(model.reference()),
          Text.bytes(model.bytes()),
          model.type(),
          day(model.lastUsed()),
          Text.escaped(model.from()) + missing);
    }
    console().out().print(table.render(""));
  }

  private static String day(Optional<Instant> instant) {
    return instant
        .map(used -> used.atZone(ZoneId.systemDefault()).toLocalDate().toString())
        .orElse("");
  }

  private static List<JsonValue> asJson(List<ModelListing> named, Map<String, StoredModel> stored) {
    Map<String, StoredModel> rest = new LinkedHashMap<>(stored);
    List<JsonValue> array = new ArrayList<>();
    for (ModelListing model : named) {
      JsonObject.Builder facts =
          JsonObject.builder()
              .put("name", model.name())
              .put("description", model.description())
              .put("bytes", model.bytes())
              .put("license", model.license())
              .put("cached", orNull(model.cached()));
      StoredModel placed = rest.remove(model.name());
      if (placed != null) {
        facts
            .put("type", placed.type())
            .put("from", placed.from())
            .put("last_used", orNull(placed.lastUsed()));
      }
      array.add(facts.build());
    }
    for (StoredModel model : rest.values()) {
      array.add(
          JsonObject.builder()
              .put("name", model.reference())
              .put("bytes", model.bytes())
              .put("missing_bytes", model.missing())
              .put(
                  "cached",
                  orNull(model.missing() == 0 ? Optional.of(model.path()) : Optional.empty()))
              .put("type", model.type())
              .put("from", model.from())
              .put("last_used", orNull(model.lastUsed()))
              .build());
    }
    return array;
  }

  private static JsonValue orNull(Optional<?> value) {
    return value
        .<JsonValue>map(present -> new JsonString(present.toString()))
        .orElse(JsonNull.NULL);
  }
}
