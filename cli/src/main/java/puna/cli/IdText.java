package puna.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import puna.cli.command.CommandException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;

/// Token ids as text: a JSON array, or numbers between spaces.
final class IdText {
  private IdText() {}

  static void appendArray(StringBuilder out, int[] ids) {
    out.append('[');
    for (int i = 0; i < ids.length; i++) {
      if (i > 0) {
        out.append(',');
      }
      out.append(ids[i]);
    }
    out.append(']');
  }

  static String spaced(int[] ids) {
    return Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }

  /// The ids of a JSON array, each below `vocabulary`.
  static int[] parseArray(String text, String origin, int vocabulary) {
    if (!(Json.parse(text, origin) instanceof JsonArray(List<JsonValue> elements))) {
      throw new CommandException(origin + ": expected a JSON array of token ids");
    }
    int[] ids = new int[elements.size()];
    for (int i = 0; i < ids.length; i++) {
      if (!(elements.get(i) instanceof JsonNumber(String number))) {
        throw new CommandException(
            "%s: element %s: expected a token id, found %s"
                .formatted(origin, i, Json.write(elements.get(i))));
      }
      ids[i] = id(number, origin, vocabulary);
    }
    return ids;
  }

  /// The ids of a text of numbers between spaces or commas, or of a JSON array.
  static int[] parse(String text, String origin, int vocabulary) {
    if (text.strip().startsWith("[")) {
      return parseArray(text, origin, vocabulary);
    }
    return Arrays.stream(text.split("[\\s,]+"))
        .filter(word -> !word.isEmpty())
        .mapToInt(word -> id(word, origin, vocabulary))
        .toArray();
  }

  private static int id(String text, String origin, int vocabulary) {
    int id;
    try {
      id = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new CommandException("%s: expected a token id, found '%s'".formatted(origin, text), e);
    }
    if (id < 0 || id >= vocabulary) {
      throw new CommandException(
          "%s: token ids go from 0 to %s here, found %s".formatted(origin, vocabulary - 1, id));
    }
    return id;
  }
}
