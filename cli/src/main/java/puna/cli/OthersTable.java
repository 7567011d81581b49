package puna.cli;

import java.util.List;
import puna.LibraryModel;
import puna.cli.command.Table;
import puna.cli.command.Text;
import puna.json.JsonValue.JsonObject;

/// The models that other programs have put on this machine.
final class OthersTable {
  private OthersTable() {}

  static String of(List<LibraryModel> models) {
    if (models.isEmpty()) {
      return "No model that Puna can run was found in the folders of other programs\n";
    }
    Table table =
        new Table(
            Table.Align.LEFT,
            Table.Align.RIGHT,
            Table.Align.LEFT,
            Table.Align.LEFT,
            Table.Align.LEFT);
    table.row("name", "size", "type", "from", "file");
    for (LibraryModel model : models) {
      String file = model.path().toString();
      table.row(
          Text.escaped(model.reference()),
          Text.bytes(model.bytes()),
          Text.escaped(model.type()),
          model.from(),
          model.reference().equals(file) ? "" : Text.escaped(file));
    }
    return table.render("");
  }

  static JsonObject asJson(LibraryModel model) {
    return JsonObject.builder()
        .put("name", model.reference())
        .put("bytes", model.bytes())
        .put("type", model.type())
        .put("architecture", model.architecture().orElse(""))
        .put("from", model.from())
        .put("path", model.path().toString())
        .build();
  }
}
