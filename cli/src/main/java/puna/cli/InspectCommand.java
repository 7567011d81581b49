package puna.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import puna.cli.command.Console;
import puna.cli.command.ExitCodes;
import puna.cli.command.JsonFacts;
import puna.cli.command.ModelOption;
import puna.cli.command.Output;
import puna.cli.command.PunaCommand;
import puna.cli.command.Table;
import puna.cli.command.Text;
import puna.cli.command.UsageException;
import puna.format.ModelContents;
import puna.format.ModelFiles;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.tensor.Tensor;

/// `puna inspect`: what a model file holds.
@Command(name = "inspect", description = "Show the metadata and tensors of a model file.")
final class InspectCommand extends PunaCommand {
  private static final int SHOWN_ELEMENTS = 6;

  @Mixin private final ModelOption model = new ModelOption();

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "The file, instead of --model.")
  private @Nullable String file;

  @Option(names = "--json", description = "Print one JSON object, arrays in full.")
  private boolean json;

  InspectCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    if (file != null && model.isGiven()) {
      throw new UsageException("give FILE or --model, not both");
    }
    Path path = file == null ? model.file(console()) : model.file(console(), file);
    try (ModelContents source = ModelFiles.open(path)) {
      if (json) {
        console().out().println(Json.write(asJson(source)));
      } else {
        print(source);
      }
    }
    return ExitCodes.OK;
  }

  private void print(ModelContents source) {
    Output out = console().out();
    List<Tensor> tensors = List.copyOf(source.tensors().values());
    long bytes = tensors.stream().mapToLong(Tensor::byteSize).sum();
    long elements = tensors.stream().mapToLong(tensor -> tensor.shape().elements()).sum();
    out.println(Text.escaped(source.origin()));
    out.println(
        String.format(Locale.ROOT, "%s of tensors, %,d parameters", Text.bytes(bytes), elements));
    out.println("");
    out.println("Metadata (" + source.metadata().values().size() + ")");
    Table metadata = new Table(Table.Align.LEFT, Table.Align.LEFT);
    source
        .metadata()
        .values()
        .forEach(
            (key, value) -> metadata.row(Text.oneLine(key), Text.brief(value, SHOWN_ELEMENTS)));
    out.print(metadata.render("  "));
    out.println("");
    out.println("Tensors (" + tensors.size() + "): " + types(tensors));
    Table table =
        new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT, Table.Align.RIGHT);
    for (Tensor tensor : tensors) {
      table.row(
          Text.oneLine(tensor.name()),
          tensor.type().name(),
          tensor.shape().toString(),
          Text.bytes(tensor.byteSize()));
    }
    out.print(table.render("  "));
  }

  private static String types(List<Tensor> tensors) {
    Map<String, Long> counts =
        tensors.stream()
            .collect(
                Collectors.groupingBy(
                    tensor -> tensor.type().name(), LinkedHashMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " × " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private static JsonValue asJson(ModelContents source) {
    JsonObject.Builder metadata = JsonObject.builder();
    source.metadata().values().forEach((key, value) -> metadata.put(key, JsonFacts.of(value)));
    List<JsonValue> tensors = new ArrayList<>();
    for (Tensor tensor : source.tensors().values()) {
      List<JsonValue> shape = new ArrayList<>();
      long[] extents = {
        tensor.shape().ne0(), tensor.shape().ne1(), tensor.shape().ne2(), tensor.shape().ne3()
      };
      for (int axis = 0; axis < tensor.shape().rank(); axis++) {
        shape.add(JsonNumber.of(extents[axis]));
      }
      tensors.add(
          JsonObject.builder()
              .put("name", new JsonString(tensor.name()))
              .put("type", new JsonString(tensor.type().name()))
              .put("shape", new JsonArray(shape))
              .put("bytes", JsonNumber.of(tensor.byteSize()))
              .build());
    }
    return JsonObject.builder()
        .put("file", new JsonString(source.origin()))
        .put("metadata", metadata)
        .put("tensors", new JsonArray(tensors))
        .build();
  }
}
