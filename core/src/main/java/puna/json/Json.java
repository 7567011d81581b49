package puna.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// Reads JSON text (RFC 8259) into immutable values, and writes it.
///
/// Reading is strict: exactly one value, no duplicate keys unless [EqualKeys] says otherwise, at
/// most [#MAX_DEPTH] levels of nesting, and valid UTF-8 where it comes as bytes. Everything else is
/// a [JsonException].
public final class Json {
  /// How deep arrays and objects may be nested.
  public static final int MAX_DEPTH = 256;

  private static final int MAX_NUMBER_LENGTH = 1000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Names come from strangers and a vocabulary has 200,000: neither is worth a shared
          // table.
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final JsonParser parser;
  private final String origin;
  private final EqualKeys equalKeys;

  private Json(JsonParser parser, String origin, EqualKeys equalKeys) {
    this.parser = parser;
    this.origin = origin;
    this.equalKeys = equalKeys;
  }

  /// Reads one value from UTF-8 bytes; a byte order mark at the beginning is skipped.
  ///
  /// @param origin what the text is called in error messages, such as a file's name
  /// @throws JsonException when the bytes are not UTF-8 or not one JSON value
  public static JsonValue parse(byte[] utf8, String origin) {
    return parse(utf8, origin, EqualKeys.REFUSED);
  }

  /// The same, where objects may hold a key twice.
  ///
  /// @throws JsonException when the bytes are not UTF-8 or not one JSON value
  public static JsonValue parse(byte[] utf8, String origin, EqualKeys equalKeys) {
    CharBuffer text = decode(utf8, origin);
    if (text.hasRemaining() && text.charAt(0) == '\uFEFF') {
      text.get();
    }
    return parse(text, origin, equalKeys);
  }

  /// What a key means that an object holds twice.
  public enum EqualKeys {
    /// The text is wrong.
    REFUSED,
    /// The last one counts, as most readers have it.
    LAST_COUNTS
  }

  /// Reads one value from a text.
  ///
  /// @param origin what the text is called in error messages, such as a file's name
  /// @throws JsonException when the text is not one JSON value
  public static JsonValue parse(String text, String origin) {
    return parse(CharBuffer.wrap(text.toCharArray()), origin, EqualKeys.REFUSED);
  }

  /// Writes a value without whitespace, on one line.
  public static String write(JsonValue value) {
    return JsonWriter.compact().write(value);
  }

  /// Writes a value with each member or element on a line of its own, indented by two spaces for
  /// each level.
  public static String writeIndented(JsonValue value) {
    return JsonWriter.indented().write(value);
  }

  private static CharBuffer decode(byte[] utf8, String origin) {
    ByteBuffer bytes = ByteBuffer.wrap(utf8);
    CharBuffer text = CharBuffer.allocate(utf8.length);
    CoderResult result =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(bytes, text, true);
    text.flip();
    if (result.isError()) {
      long line = 1 + text.chars().filter(unit -> unit == '\n').count();
      int column = text.length() - text.toString().lastIndexOf('\n');
      throw new JsonException(
          "%s: line %s, column %s: not valid UTF-8, found byte 0x%02x"
              .formatted(origin, line, column, utf8[bytes.position()]));
    }
    return text;
  }

  private static JsonValue parse(CharBuffer text, String origin, EqualKeys equalKeys) {
    int offset = text.arrayOffset() + text.position();
    try (JsonParser parser =
        FACTORY.createParser(ObjectReadContext.empty(), text.array(), offset, text.remaining())) {
      return new Json(parser, origin, equalKeys).document();
    } catch (JacksonException e) {
      throw new JsonException(at(e.getLocation(), origin) + firstLine(e.getOriginalMessage()), e);
    }
  }

  private JsonValue document() {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw new JsonException(origin + ": line 1, column 1: expected a JSON value, found nothing");
    }
    JsonValue value = value(first);
    if (parser.nextToken() != null) {
      throw failure("expected the end of the text after one value, found more");
    }
    return value;
  }

  // Recursion is bounded: the parser refuses more than MAX_DEPTH levels.
  private JsonValue value(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> new JsonString(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getString());
      case VALUE_TRUE -> JsonBoolean.TRUE;
      case VALUE_FALSE -> JsonBoolean.FALSE;
      case VALUE_NULL -> JsonNull.NULL;
      case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw failure("expected a JSON value, found " + token);
    };
  }

  private JsonObject object() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      if (equalKeys == EqualKeys.REFUSED && members.containsKey(name)) {
        throw failure("each key may occur once, found a second \"" + excerpt(name) + '"');
      }
      members.put(name, value(parser.nextToken()));
    }
    return new JsonObject(members);
  }

  private JsonArray array() {
    List<JsonValue> elements = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      elements.add(value(token));
    }
    return new JsonArray(elements);
  }

  private JsonException failure(String finding) {
    return new JsonException(at(parser.currentTokenLocation(), origin) + finding);
  }

  private static String at(@Nullable TokenStreamLocation location, String origin) {
    if (location == null) {
      return origin + ": ";
    }
    return "%s: line %s, column %s: "
        .formatted(origin, location.getLineNr(), location.getColumnNr());
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("not JSON");
  }

  private static String excerpt(String name) {
    return name.length() <= 40 ? name : name.substring(0, 40) + "…";
  }
}
