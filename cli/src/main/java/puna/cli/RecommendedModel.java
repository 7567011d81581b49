package puna.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import puna.cli.command.Table;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;

/// A good model of the family, for whoever has none yet. The list is a file among the resources.
///
/// @param gigabytes of its file, rounded
/// @param memory that the machine should have free, in gigabytes
record RecommendedModel(
    String reference, double gigabytes, int memory, String license, String purpose) {
  private static final String LIST = "recommended-models.txt";
  private static final int FIELDS = 5;

  /// By the memory that they need.
  static List<RecommendedModel> all() {
    try (InputStream in = RecommendedModel.class.getResourceAsStream(LIST)) {
      if (in == null) {
        throw new AssertionError(LIST + " lies beside this class");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(RecommendedModel::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RecommendedModel read(String line) {
    String[] fields = line.split("\\s*\\|\\s*", FIELDS);
    return new RecommendedModel(
        fields[0],
        Double.parseDouble(fields[1]),
        Integer.parseInt(fields[2]),
        fields[3],
        fields[4].strip());
  }

  static String table(List<RecommendedModel> models) {
    Table table =
        new Table(
            Table.Align.RIGHT,
            Table.Align.LEFT,
            Table.Align.RIGHT,
            Table.Align.LEFT,
            Table.Align.LEFT);
    table.row("memory", "model", "size", "licence", "for");
    for (RecommendedModel model : models) {
      table.row(
          model.memory + " GB",
          model.reference,
          model.gigabytes + " GB",
          model.license,
          model.purpose);
    }
    return table.render("") + "\nTalk with one: puna chat -m MODEL\n";
  }

  static JsonArray asJson(List<RecommendedModel> models) {
    List<JsonValue> array = new ArrayList<>();
    for (RecommendedModel model : models) {
      array.add(
          JsonObject.builder()
              .put("name", model.reference)
              .put("gigabytes", model.gigabytes)
              .put("memory_gigabytes", model.memory)
              .put("license", model.license)
              .put("purpose", model.purpose)
              .build());
    }
    return new JsonArray(array);
  }
}
