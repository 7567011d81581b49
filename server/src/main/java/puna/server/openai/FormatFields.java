package puna.server.openai;

import java.util.Optional;
import puna.ResponseFormat;
import puna.json.JsonValue;
import puna.server.wire.Failure;
import puna.server.wire.Fields;
import puna.server.work.JsonForms;

/// The form that an answer must have.
final class FormatFields {
  private FormatFields() {}

  /// The form at that field; empty for any text.
  static Optional<ResponseFormat> read(Fields request, String name) {
    Optional<Fields> format = request.object(name);
    return format.isEmpty() ? Optional.empty() : form(format.get());
  }

  private static Optional<ResponseFormat> form(Fields format) {
    String type = format.requiredText("type");
    return switch (type) {
      case "text" -> Optional.empty();
      case "json_object" ->
          Optional.of(
              format
                  .value("schema") // as llama-server has it
                  .map(schema -> schema(schema, format.path("schema")))
                  .orElseGet(ResponseFormat::jsonObject));
      case "json_schema" -> Optional.of(schemaOf(format));
      default ->
          throw Failure.invalid(
              format.path("type"),
              "%s: must be text, json_object or json_schema, found %s"
                  .formatted(format.path("type"), type));
    };
  }

  private static ResponseFormat schemaOf(Fields format) {
    Fields holder = format.object("json_schema").orElse(format);
    JsonValue schema =
        holder
            .value("schema")
            .orElseThrow(() -> Failure.missing(holder.path("schema"), "a JSON Schema is needed"));
    return schema(schema, holder.path("schema"));
  }

  private static ResponseFormat schema(JsonValue schema, String path) {
    try {
      return ResponseFormat.jsonSchema(schema, JsonForms.plain());
    } catch (IllegalArgumentException e) {
      throw Failure.invalid(path, path + ": " + e.getMessage());
    }
  }

  /// The path of the schema, where a request has one.
  static Optional<String> schemaPath(Fields request, String name) {
    return request
        .object(name)
        .map(format -> format.object("json_schema").orElse(format).path("schema"));
  }
}
