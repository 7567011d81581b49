package puna;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import puna.JsonOptions.MemberOrder;
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
  private static final JsonOptions RECORDS =
      JsonOptions.defaults().withMemberOrder(MemberOrder.SCHEMA);
  private static final String OPTIONS = "options";

  private final Kind kind;
  private final JsonValue content;
  private final JsonOptions options;

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
    this(kind, content, JsonOptions.defaults());
  }

  private ResponseFormat(Kind kind, JsonValue content, JsonOptions options) {
    this.kind = kind;
    this.content = content;
    this.options = requireNonNull(options, OPTIONS);
  }

  /// Any text: no constraint.
  public static ResponseFormat text() {
    return TEXT;
  }

  /// Any JSON object.
  public static ResponseFormat jsonObject() {
    return jsonObject(JsonOptions.defaults());
  }

  /// Any JSON object, written as the options say.
  public static ResponseFormat jsonObject(JsonOptions options) {
    return new ResponseFormat(Kind.JSON_OBJECT, JsonNull.NULL, options);
  }

  /// JSON that is valid under a JSON Schema (drafts 04 to 2020-12, by its `$schema`). A keyword
  /// that cannot be enforced exactly is refused when the format is used, not ignored.
  public static ResponseFormat jsonSchema(JsonValue schema) {
    return jsonSchema(schema, JsonOptions.defaults());
  }

  /// The same, written as the options say, which may leave out what cannot be enforced.
  public static ResponseFormat jsonSchema(JsonValue schema, JsonOptions options) {
    return new ResponseFormat(Kind.JSON_SCHEMA, requireNonNull(schema, "schema"), options);
  }

  /// JSON of a Java type: a record, sealed interface of records, enum, or any other type that has a
  /// JSON form ([JsonSchemas]). A record's components come in their order.
  ///
  /// @throws IllegalArgumentException when the type has none
  public static ResponseFormat jsonOf(Type type) {
    return jsonOf(type, JsonOptions.defaults());
  }

  /// The same, written as the options say; where they say no order, a record's is kept.
  ///
  /// @throws IllegalArgumentException when the type has no JSON form
  public static ResponseFormat jsonOf(Type type, JsonOptions options) {
    return jsonSchema(JsonSchemas.of(type), options.over(RECORDS));
  }

  /// JSON of a generic Java type such as `List<Point>`.
  ///
  /// @throws IllegalArgumentException when the type has no JSON form
  public static ResponseFormat jsonOf(JsonType<?> type) {
    return jsonOf(type.type());
  }

  /// The same, written as the options say; where they say no order, a record's is kept.
  ///
  /// @throws IllegalArgumentException when the type has no JSON form
  public static ResponseFormat jsonOf(JsonType<?> type, JsonOptions options) {
    return jsonOf(type.type(), options);
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

  /// How JSON is written; nothing is set in a format that is not JSON.
  JsonOptions options() {
    return options;
  }

  /// What of a schema answers are *not* bound to, because its options are lenient: for each keyword
  /// its place and why it cannot be kept. Empty for every other format. The format is compiled for
  /// it, as it is for an answer.
  ///
  /// @throws puna.error.GrammarException when the format is invalid or cannot be kept
  public List<String> leftOut() {
    return FormatGrammars.leftOut(this);
  }

  /// A test of whole texts: whether an answer in this format may be one. Equal keys, and all else
  /// that GBNF has no words for, are judged too.
  ///
  /// @throws puna.error.GrammarException when the format is invalid or cannot be kept
  public Predicate<String> asMatchPredicate() {
    return FormatGrammars.texts(this);
  }

  /// The grammar that the format becomes, in GBNF; that of any text is `root ::= .*`. It has no
  /// words for elements and names that differ; more than six members in any order are written in
  /// the schema's order, names and constants with no more escapes than needed.
  ///
  /// @throws puna.error.GrammarException when the format is invalid or cannot be kept
  public String toGbnf() {
    return FormatGrammars.gbnf(this);
  }

  /// The grammar or pattern.
  String rule() {
    return Option.readText(content);
  }

  List<String> texts() {
    return Option.list(content, Option::readText);
  }

  /// The format as an object with a `type` (`text`, `json_object`, `json_schema`, `grammar`,
  /// `regex`, `choices`) and its content in `schema`, `grammar`, `pattern` or `choices`; `options`
  /// has those of JSON that are set.
  public JsonObject toJson() {
    JsonObject.Builder members = JsonObject.builder().put("type", kind.jsonName());
    if (!kind.member.isEmpty()) {
      members.put(kind.member, content);
    }
    if (!options.equals(JsonOptions.defaults())) {
      members.put(OPTIONS, options.toJson());
    }
    return members.build();
  }

  /// A format from JSON as [#toJson] writes it.
  ///
  /// @throws JsonException when it is not a format; the message has the path to what is wrong
  public static ResponseFormat fromJson(JsonObject json) {
    Kind kind = Option.inside(".type", member(json, "type"), ResponseFormat::readKind);
    requireMembers(json, kind);
    JsonOptions options =
        json.get(OPTIONS)
            .map(value -> Option.inside("." + OPTIONS, value, ResponseFormat::readOptions))
            .orElseGet(JsonOptions::defaults);
    ResponseFormat format =
        kind.member.isEmpty()
            ? new ResponseFormat(kind, JsonNull.NULL)
            : Option.inside(
                "." + kind.member, member(json, kind.member), content -> of(kind, content));
    return new ResponseFormat(kind, format.content, options);
  }

  private static JsonOptions readOptions(JsonValue json) {
    return JsonOptions.fromJson(Option.readObject(json));
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
    List<String> known = new ArrayList<>(List.of("type"));
    if (!kind.member.isEmpty()) {
      known.add(kind.member);
    }
    if (kind == Kind.JSON_OBJECT || kind == Kind.JSON_SCHEMA) {
      known.add(OPTIONS);
    }
    for (String name : object.members().keySet()) {
      if (!known.contains(name)) {
        throw new JsonException(
            "$.%s: there is no such member; a format of type %s has only %s"
                .formatted(name, kind.jsonName(), String.join(" and ", known)));
      }
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ResponseFormat format
        && kind == format.kind
        && content.equals(format.content)
        && options.equals(format.options);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * kind.hashCode() + content.hashCode()) + options.hashCode();
  }

  @Override
  public String toString() {
    return "ResponseFormat" + Json.write(toJson());
  }
}
