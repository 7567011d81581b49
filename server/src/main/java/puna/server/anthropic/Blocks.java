package puna.server.anthropic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.wire.Failure;
import puna.server.wire.Fields;

/// Content of a request: a string, or an array of blocks.
final class Blocks {
  private Blocks() {}

  /// The blocks of a field; a string is one of text.
  static List<Fields> of(Fields holder, String name) {
    Optional<JsonValue> content = holder.value(name);
    if (content.isEmpty()) {
      return List.of();
    }
    return switch (content.get()) {
      case JsonString text ->
          List.of(
              Fields.of(
                  new JsonObject(Map.of("type", new JsonString("text"), "text", text)),
                  holder.path(name)));
      case JsonArray _ -> holder.objects(name);
      default ->
          throw Failure.wrongType(
              holder.path(name), "a string or an array of blocks", Fields.kind(content.get()));
    };
  }

  static String type(Fields block) {
    return block.requiredText("type");
  }

  /// All texts of a field's blocks.
  static List<String> texts(Fields holder, String name) {
    List<String> texts = new ArrayList<>();
    of(holder, name).forEach(block -> texts.addAll(textsOf(block)));
    return texts;
  }

  /// The texts of a block.
  ///
  /// @throws Failure when it is of another kind
  static List<String> textsOf(Fields block) {
    String type = type(block);
    return switch (type) {
      case "text" -> List.of(block.requiredText("text"));
      case "search_result" -> texts(block, "content");
      case "document" -> document(block);
      case "image" ->
          throw Failure.unsupported(
              block.path(), block.path() + ": images are not supported by this server");
      default ->
          throw Failure.unsupported(
              block.path("type"),
              "%s: this server reads no blocks of type %s here"
                  .formatted(block.path("type"), type));
    };
  }

  private static List<String> document(Fields block) {
    Fields source =
        block
            .object("source")
            .orElseThrow(() -> Failure.missing(block.path("source"), "an object is needed"));
    String type = type(source);
    return switch (type) {
      case "text" -> List.of(source.requiredText("data"));
      case "content" -> texts(source, "content");
      default ->
          throw Failure.unsupported(
              source.path("type"),
              "%s: documents other than plain text are not supported by this server, found %s"
                  .formatted(source.path("type"), type));
    };
  }
}
