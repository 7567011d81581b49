package puna.server.work;

import java.util.ArrayList;
import java.util.List;
import puna.Prompt;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonString;
import puna.server.wire.Failure;
import puna.server.wire.Fields;

/// Prompts as most dialects write them: a text, token ids, or several of either.
public final class Prompts {
  private Prompts() {}

  /// Reads a field that must be there.
  ///
  /// @param specials whether special tokens that are spelled out in a text are such
  /// @throws Failure when it is none of these, or there is none
  public static List<Prompt> read(Fields request, String name, Specials specials) {
    JsonValue value =
        request
            .value(name)
            .orElseThrow(() ->
                Failure.missing(
                    request.path(name), "a text, token ids, or an array of these is needed"));
    String path = request.path(name);
    if (!(value instanceof JsonArray(List<JsonValue> elements))) {
      return List.of(one(value, path, specials));
    }
    if (elements.isEmpty()) {
      throw Failure.invalid(path, path + ": must not be empty");
    }
    if (elements.getFirst() instanceof JsonNumber) {
      return List.of(one(value, path, specials));
    }
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      prompts.add(one(elements.get(i), "%s[%s]".formatted(path, i), specials));
    }
    return prompts;
  }

  /// What special tokens are that are spelled out in a text.
  public enum Specials {
    /// Special tokens.
    TOKENS,
    /// Text like any other.
    TEXT
  }

  private static Prompt one(JsonValue value, String path, Specials specials) {
    return switch (value) {
      case JsonString(String text) when specials == Specials.TOKENS ->
          Prompt.textWithSpecials(text);
      case JsonString(String text) -> Prompt.text(text);
      case JsonArray(List<JsonValue> ids) -> Prompt.tokens(ids(ids, path));
      default ->
          throw Failure.wrongType(path, "a text or an array of token ids", Fields.kind(value));
    };
  }

  /// Token ids.
  public static int[] ids(List<JsonValue> values, String path) {
    int[] ids = new int[values.size()];
    for (int i = 0; i < ids.length; i++) {
      long id = Fields.whole(values.get(i), "%s[%s]".formatted(path, i));
      if (id < 0 || id > Integer.MAX_VALUE) {
        throw Failure.invalid(
            "%s[%s]".formatted(path, i), "%s: there is no token of the id %s".formatted(path, id));
      }
      ids[i] = (int) id;
    }
    return ids;
  }
}
