package puna.server.llamaserver;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import puna.Prompt;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.wire.Failure;
import puna.server.wire.Fields;
import puna.server.work.Prompts;
import puna.token.Tokenizer;

/// A prompt of texts and token ids in any order. BOS is put in front where it begins with a text,
/// and the model's file asks for it.
record MixedPrompt(List<Part> parts) {
  MixedPrompt {
    parts = List.copyOf(parts);
  }

  /// What such prompts are made of.
  sealed interface Part {}

  /// A text, in which special tokens that are spelled out are such.
  record Words(String text) implements Part {}

  /// A token.
  record Token(int id) implements Part {}

  /// The prompts of a request.
  ///
  /// @param isArray whether the request has an array of them, so that its answer is one, too
  record Several(List<MixedPrompt> prompts, boolean isArray) {
    static final int MOST = 1024;

    /// Reads a field that must be there: a prompt or an array of prompts.
    static Several read(Fields request, String name) {
      String path = request.path(name);
      JsonValue value =
          request
              .value(name)
              .orElseThrow(
                  () -> Failure.missing(path, "a text, token ids, or an array of these is needed"));
      boolean isArray =
          value instanceof JsonArray(List<JsonValue> all)
              && all.stream().noneMatch(JsonNumber.class::isInstance);
      if (!isArray) {
        return new Several(List.of(MixedPrompt.read(value, path)), false);
      }
      List<JsonValue> elements = Fields.array(value, path);
      if (elements.isEmpty() || elements.size() > MOST) {
        throw Failure.invalid(
            path,
            "%s: must be from 1 to %s prompts, found %s".formatted(path, MOST, elements.size()));
      }
      List<MixedPrompt> prompts = new ArrayList<>();
      for (int i = 0; i < elements.size(); i++) {
        prompts.add(MixedPrompt.read(elements.get(i), "%s[%s]".formatted(path, i)));
      }
      return new Several(List.copyOf(prompts), true);
    }
  }

  /// One prompt.
  static MixedPrompt read(JsonValue value, String path) {
    return switch (value) {
      case JsonString(String text) -> new MixedPrompt(List.of(new Words(text)));
      case JsonObject _ ->
          new MixedPrompt(List.of(new Words(Fields.of(value, path).requiredText("prompt_string"))));
      case JsonArray(List<JsonValue> elements) -> mixed(elements, path);
      default ->
          throw Failure.wrongType(
              path, "a text, token ids, or an array of these", Fields.kind(value));
    };
  }

  private static MixedPrompt mixed(List<JsonValue> elements, String path) {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      String at = "%s[%s]".formatted(path, i);
      parts.add(
          switch (elements.get(i)) {
            case JsonString(String text) -> new Words(text);
            case JsonNumber number -> new Token(Prompts.ids(List.of(number), at)[0]);
            default ->
                throw Failure.wrongType(at, "a text or a token id", Fields.kind(elements.get(i)));
          });
    }
    return new MixedPrompt(parts);
  }

  /// The prompt for a model of that tokenizer.
  Prompt prompt(Tokenizer tokenizer) {
    if (parts.size() == 1 && parts.getFirst() instanceof Words(String text)) {
      return Prompt.textWithSpecials(text);
    }
    IntStream bos =
        !parts.isEmpty() && parts.getFirst() instanceof Words && tokenizer.addsBos()
            ? tokenizer.bos().stream()
            : IntStream.empty();
    return Prompt.tokens(IntStream.concat(bos, IntStream.of(ids(tokenizer))).toArray());
  }

  /// Its tokens as they are, without BOS.
  int[] ids(Tokenizer tokenizer) {
    return parts.stream()
        .flatMapToInt(part ->
            switch (part) {
              case Words(String text) -> IntStream.of(tokenizer.encodeWithSpecials(text));
              case Token(int id) -> IntStream.of(id);
            })
        .toArray();
  }
}
