package puna;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonSchemas;
import puna.json.JsonType;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.options.Option;

/// The form that an answer must have (structured output): JSON, a grammar, a regular expression, or
/// one of some choices.
///
/// The answer is constrained while it is generated: at each step only tokens that keep to the
/// format can be sampled. An answer that is cut short is a beginning of such a text. An invalid
/// grammar, schema or pattern is a [puna.error.GrammarException] when it is used.
public final class ResponseFormat {
  private static final ResponseFormat TEXT = new ResponseFormat(Kind.TEXT, JsonNull.NULL);
  private static final ResponseFormat JSON_OBJECT =
      new ResponseFormat(Kind.JSON_OBJECT, JsonNull.NULL);

  private final Kind kind;
  private final JsonValue content;

  /// The kinds of formats, with the member of their JSON form that says more.
  enum Kind {
    TEXT(""),
    JSON_OBJECT(""),
    JSON_SCHEMA("schema"),
    GRAMMAR("grammar"),
    REGEX("pattern"),
    CHOICES("choices");

    private final String member;

    Kind(String member) {
      this.member = member;
    }

    String jsonName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private ResponseFormat(Kind kind, JsonValue content) {
    this.kind = kind;
    this.content = content;
  }

  /// Any text: no constraint.
  public static ResponseFormat text() {
    return TEXT;
  }

  /// Any JSON object.
  public static ResponseFormat jsonObject() {
    return JSON_OBJECT;
  }

  /// JSON that is valid under a JSON Schema (draft 2020-12). A keyword that cannot be enforced
  /// exactly is refused when the format is used, not ignored.
  public static ResponseFormat jsonSchema(JsonValue schema) {
    return new ResponseFormat(Kind.JSON_SCHEMA, requireNonNull(schema, "schema"));
  }

  /// JSON of a Java type: a record, sealed interface of records, enum, or any other type that has a
  /// JSON form ([JsonSchemas]).
  ///
  /// @throws IllegalArgumentException when the type has none
  public static ResponseFormat jsonOf(Type type) {
    return jsonSchema(JsonSchemas.of(type));
  }

  /// JSON of a generic Java type such as `List<Point>`.
  ///
  /// @throws IllegalArgumentException when the type has no JSON form
  public static ResponseFormat jsonOf(JsonType<?> type) {
    return jsonOf(type.type());
  }

  /// Text that a grammar accepts.
  ///
  /// @param gbnf the grammar in GBNF, llama.cpp's dialect of BNF
  public static ResponseFormat grammar(String gbnf) {
    return new ResponseFormat(Kind.GRAMMAR, new JsonString(requireNonNull(gbnf, "gbnf")));
  }

  /// Text that a regular expression matches as a whole, from its first to its last character.
  public static ResponseFormat regex(String pattern) {
    return new ResponseFormat(Kind.REGEX, new JsonString(requireNonNull(pattern, "pattern")));
  }

  /// Exactly one of these texts.
  public static ResponseFormat choices(String... texts) {
    return choices(List.of(texts));
  }

  /// Exactly one of these texts.
  public static ResponseFormat choices(List<String> texts) {
    return new ResponseFormat(
        Kind.CHOICES, new JsonArray(texts.stream().<JsonValue>map(JsonString::new).toList()));
  }

  Kind kind() {
    return kind;
  }

  /// The schema of a JSON schema's format.
  JsonValue schema() {
    return content;
  }

  /// The grammar or pattern.
  String rule() {
    return Option.readText(content);
  }

  List<String> texts() {
    return Option.list(content, Option::readText);
  }

  /// The format as an object with a `type` (`text`, `json_object`, `json_schema`, `grammar`,
  /// `regex`, `choices`) and its content in `schema`, `grammar`, `pattern` or `choices`.
  public JsonObject toJson() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("type", new JsonString(kind.jsonName()));
    if (!kind.member.isEmpty()) {
      members.put(kind.member, content);
    }
    return new JsonObject(members);
  }

  /// A format from JSON as [#toJson] writes it.
  ///
  /// @throws JsonException when it is not a format; the message has the path to what is wrong
  public static ResponseFormat fromJson(JsonObject json) {
    Kind kind = Option.inside(".type", member(json, "type"), ResponseFormat::readKind);
    requireMembers(json, kind);
    return kind.member.isEmpty()
        ? new ResponseFormat(kind, JsonNull.NULL)
        : Option.inside("." + kind.member, member(json, kind.member), content -> of(kind, content));
  }

  private static ResponseFormat of(Kind kind, JsonValue content) {
    return switch (kind) {
      case TEXT -> text();
      case JSON_OBJECT -> jsonObject();
      case JSON_SCHEMA -> jsonSchema(content);
      case GRAMMAR -> grammar(Option.readText(content));
      case REGEX -> regex(Option.readText(content));
      case CHOICES -> choices(Option.list(content, Option::readText));
    };
  }

  private static Kind readKind(JsonValue json) {
    for (Kind kind : Kind.values()) {
      if (json.equals(new JsonString(kind.jsonName()))) {
        return kind;
      }
    }
    throw Option.mustBe(
        "\"text\", \"json_object\", \"json_schema\", \"grammar\", \"regex\" or \"choices\"", json);
  }

  private static JsonValue member(JsonObject object, String name) {
    return object
        .get(name)
        .orElseThrow(() -> new JsonException("$.%s: must be there, found nothing".formatted(name)));
  }

  private static void requireMembers(JsonObject object, Kind kind) {
    for (String name : object.members().keySet()) {
      if (!name.equals("type") && (kind.member.isEmpty() || !name.equals(kind.member))) {
        throw new JsonException(
            "$.%s: there is no such member; a format of type %s has only %s"
                .formatted(
                    name,
                    kind.jsonName(),
                    kind.member.isEmpty() ? "type" : "type and " + kind.member));
      }
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ResponseFormat format
        && kind == format.kind
        && content.equals(format.content);
  }

  @Override
  public int hashCode() {
    return 31 * kind.hashCode() + content.hashCode();
  }

  @Override
  public String toString() {
    return "ResponseFormat" + Json.write(toJson());
  }
}
