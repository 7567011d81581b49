package puna.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import puna.hub.ModelListing;
import puna.hub.ModelStore;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonString;

/// `puna models`: the models that are known by name.
@Command(name = "models", description = "List the models that --model knows by name.")
final class ModelsCommand extends PunaCommand {
  @Option(names = "--json", description = "Print one JSON array.")
  private boolean json;

  ModelsCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    ModelStore store = ModelStore.standard();
    List<ModelListing> models = store.list();
    if (json) {
      console().out().println(Json.write(asJson(models)));
      return ExitCodes.OK;
    }
    Table table =
        new Table(Table.Align.LEFT, Table.Align.RIGHT, Table.Align.LEFT, Table.Align.LEFT);
    table.row("name", "size", "licence", "");
    for (ModelListing model : models) {
      String note = model.name().equals(ModelStore.DEFAULT_MODEL) ? " (the default)" : "";
      table.row(
          model.name(), Text.bytes(model.bytes()), model.license(), model.description() + note);
    }
    console().out().print(table.render(""));
    console().out().println("");
    console().out().println("Any other GGUF file of the Llama family: --model PATH");
    console()
        .out()
        .println("Models that were used are kept in " + Text.escaped(store.home().toString()));
    return ExitCodes.OK;
  }

  private static JsonArray asJson(List<ModelListing> models) {
    List<JsonValue> array = new ArrayList<>();
    for (ModelListing model : models) {
      array.add(
          JsonFacts.object()
              .put("name", model.name())
              .put("description", model.description())
              .put("bytes", model.bytes())
              .put("license", model.license())
              .put(
                  "cached",
                  model
                      .cached()
                      .<JsonValue>map(file -> new JsonString(file.toString()))
                      .orElse(JsonNull.NULL))
              .build());
    }
    return new JsonArray(array);
  }
}
