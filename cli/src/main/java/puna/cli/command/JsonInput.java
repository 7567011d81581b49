package puna.cli.command;

import puna.json.JsonPlace;
import puna.json.JsonValue;

/// JSON that a user gives: what is wrong in it is a [CommandException].
public final class JsonInput {
  private JsonInput() {}

  /// A value to be read.
  ///
  /// @param origin where it comes from, such as `tools.json: tool 2`
  public static JsonPlace of(JsonValue value, String origin) {
    return JsonPlace.of(
        value,
        "",
        (place, fault, rule) ->
            new CommandException(
                "%s %s, found %s".formatted(where(origin, place.path()), rule, place.found())));
  }

  private static String where(String origin, String path) {
    return path.isEmpty() ? origin : origin + ": " + path;
  }
}
