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
import puna.token.Tokenizer;

/// The prompts of a request as most dialects write them: a text, token ids, or several of either.
///
/// @param path of their field
/// @param isArray whether the field holds an array of them
/// @param all of them
public record Prompts(String path, boolean isArray, List<Prompt> all) {
  public Prompts {
    all = List.copyOf(all);
  }

  /// Reads a field that must be there.
  ///
  /// @param specials whether special tokens that are spelled out in a text are such
  /// @throws Failure when it is none of these, or there is none
  public static Prompts read(Fields request, String name, Specials specials) {
    JsonValue value =
        request
            .value(name)
            .orElseThrow(() ->
                Failure.missing(
                    request.path(name), "a text, token ids, or an array of these is needed"));
    String path = request.path(name);
    if (!(value instanceof JsonArray(List<JsonValue> elements))) {
      return new Prompts(path, false, List.of(one(value, path, specials)));
    }
    if (elements.isEmpty()) {
      throw Failure.invalid(path, path + ": must not be empty");
    }
    if (elements.getFirst() instanceof JsonNumber) {
      return new Prompts(path, false, List.of(one(value, path, specials)));
    }
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      prompts.add(one(elements.get(i), "%s[%s]".formatted(path, i), specials));
    }
    return new Prompts(path, true, prompts);
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

  /// The prompts in a model's tokens, each of which has one at least.
  ///
  /// @throws Failure with the place of one that has none; and all that [#encoded] throws
  public List<Prompt> encodedNotEmpty(Tokenizer tokenizer) {
    List<Prompt> encoded = encoded(tokenizer);
    for (int i = 0; i < encoded.size(); i++) {
      if (encoded.get(i).tokens(tokenizer).length == 0) {
        throw Failure.invalid(place(i), place(i) + ": must have a token at least, found none");
      }
    }
    return encoded;
  }

  /// The prompts in a model's tokens.
  ///
  /// @throws Failure with the place of a token that the vocabulary lacks
  public List<Prompt> encoded(Tokenizer tokenizer) {
    List<Prompt> encoded = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      int[] ids = all.get(i).tokens(tokenizer);
      requireKnown(ids, place(i), tokenizer.vocabularySize());
      encoded.add(Prompt.tokens(ids));
    }
    return encoded;
  }

  private String place(int prompt) {
    return isArray ? "%s[%s]".formatted(path, prompt) : path;
  }

  private static void requireKnown(int[] ids, String path, int vocabulary) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocabulary) {
        String place = "%s[%s]".formatted(path, i);
        throw Failure.invalid(
            place, "%s: must be from 0 to %s, found %s".formatted(place, vocabulary - 1, ids[i]));
      }
    }
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
