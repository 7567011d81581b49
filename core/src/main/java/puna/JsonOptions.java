package puna;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.grammar.Grammar;
import puna.grammar.PlainSpelling;
import puna.grammar.schema.SchemaOptions;
import puna.json.JsonValue.JsonObject;
import puna.options.Option;
import puna.options.OptionValues;

/// How an answer in JSON is written, within what its schema allows: the order of members, blanks,
/// digits, lengths, and what happens where the schema cannot be kept.
///
/// Immutable: each `with…` method returns a copy with one option set. A value out of range is an
/// `IllegalArgumentException` that names the option.
public final class JsonOptions {
  private static final int MOST_DIGITS = 300;
  private static final int LONGEST = 100_000;
  private static final int MOST_ITEMS = 10_000;
  private static final int MOST_TOKENS = 10_000_000;

  private static final Option<MemberOrder> MEMBER_ORDER =
      Option.oneOf("memberOrder", MemberOrder.class);
  private static final Option<Objects> OBJECTS = Option.oneOf("objects", Objects.class);
  private static final Option<Whitespace> WHITESPACE = Option.oneOf("whitespace", Whitespace.class);
  private static final Option<Escapes> ESCAPES = Option.oneOf("escapes", Escapes.class);
  private static final Option<Formats> FORMATS = Option.oneOf("formats", Formats.class);
  private static final Option<Strictness> STRICTNESS = Option.oneOf("strictness", Strictness.class);
  private static final Option<Integer> MAX_INTEGER_DIGITS =
      between("maxIntegerDigits", 1, MOST_DIGITS);
  private static final Option<Integer> MAX_FRACTION_DIGITS =
      between("maxFractionDigits", 0, MOST_DIGITS);
  private static final Option<Integer> MAX_STRING_LENGTH = between("maxStringLength", 0, LONGEST);
  private static final Option<Integer> MAX_ITEMS = between("maxItems", 0, MOST_ITEMS);
  private static final Option<Integer> ENDS_WITHIN = between("endsWithin", 1, MOST_TOKENS);
  private static final List<Option<?>> ALL =
      List.of(
          MEMBER_ORDER,
          OBJECTS,
          WHITESPACE,
          ESCAPES,
          FORMATS,
          STRICTNESS,
          MAX_INTEGER_DIGITS,
          MAX_FRACTION_DIGITS,
          MAX_STRING_LENGTH,
          MAX_ITEMS,
          ENDS_WITHIN);

  private final OptionValues values;

  private JsonOptions(OptionValues values) {
    this.values = values;
  }

  /// How the members that a schema names may follow each other.
  public enum MemberOrder {
    /// In any order, as far as that can be kept.
    ANY,
    /// As the schema lists them, so that what must be thought of first comes first.
    SCHEMA
  }

  /// What an object may have beside the members that its schema names.
  public enum Objects {
    /// Any other members, unless the schema forbids them: what the standard says.
    OPEN,
    /// None, unless the schema says something of them (`additionalProperties`, patterns). An object
    /// of which no member is named stays any object.
    CLOSED
  }

  /// The blanks between the tokens of the JSON text.
  public enum Whitespace {
    /// What models write: a blank, or a line break with up to twenty blanks of indentation.
    FLEXIBLE,
    /// One blank behind each comma and colon, and none elsewhere.
    SPACED,
    /// None.
    COMPACT
  }

  /// How the names and constants of a schema are written.
  public enum Escapes {
    /// In any way that JSON has: a letter may be written by its number.
    ANY,
    /// With the escapes that JSON demands alone, as people write them.
    NEEDED
  }

  /// What the keyword `format` of a schema means.
  public enum Formats {
    /// Strings have the format.
    ASSERTED,
    /// A remark without effect.
    REMARKS
  }

  /// What becomes of a keyword that cannot be kept.
  public enum Strictness {
    /// The schema is refused, with the keyword's place.
    STRICT,
    /// It is left out; [ResponseFormat#leftOut] tells which are.
    LENIENT
  }

  private static Option<Integer> between(String name, int least, int most) {
    return Option.integer(name)
        .keeping(value -> {
          if (value < least || value > most) {
            throw new IllegalArgumentException(
                "%s must be from %s to %s, found %s".formatted(name, least, most, value));
          }
        });
  }

  /// Options of which none is set.
  public static JsonOptions defaults() {
    return new JsonOptions(OptionValues.none());
  }

  private <T> JsonOptions with(Option<T> option, T value) {
    return new JsonOptions(values.with(option, value));
  }

  /// The order of members. Default: `SCHEMA` for Java types, whose records have an order, and `ANY`
  /// for other schemas.
  public JsonOptions withMemberOrder(MemberOrder value) {
    return with(MEMBER_ORDER, value);
  }

  /// Whether objects may have members that their schema does not speak of. Default: `OPEN`.
  public JsonOptions withObjects(Objects value) {
    return with(OBJECTS, value);
  }

  /// The blanks. Default: `FLEXIBLE`.
  public JsonOptions withWhitespace(Whitespace value) {
    return with(WHITESPACE, value);
  }

  /// How names and constants are written. Default: `ANY`.
  public JsonOptions withEscapes(Escapes value) {
    return with(ESCAPES, value);
  }

  /// What `format` means. Default: `ASSERTED`.
  public JsonOptions withFormats(Formats value) {
    return with(FORMATS, value);
  }

  /// What becomes of a keyword that cannot be kept. Default: `STRICT`.
  public JsonOptions withStrictness(Strictness value) {
    return with(STRICTNESS, value);
  }

  /// The most digits of a number before its point. Numbers then have no exponent, and a schema of
  /// which no such number is valid is refused; numbers that it lists keep their digits. Default: as
  /// many as a double may have.
  ///
  /// @param value from 1 to 300
  public JsonOptions withMaxIntegerDigits(int value) {
    return with(MAX_INTEGER_DIGITS, value);
  }

  /// The most digits of a number behind its point, as with [#withMaxIntegerDigits]. Default: 40.
  ///
  /// @param value from 0 to 300
  public JsonOptions withMaxFractionDigits(int value) {
    return with(MAX_FRACTION_DIGITS, value);
  }

  /// The most characters of strings and names that the schema does not bound otherwise; one that
  /// asks for longer ones is refused. Default: no bound.
  ///
  /// @param value from 0 to 100,000
  public JsonOptions withMaxStringLength(int value) {
    return with(MAX_STRING_LENGTH, value);
  }

  /// The most elements of arrays that the schema does not bound; one that asks for more is refused.
  /// Default: no bound.
  ///
  /// @param value from 0 to 10,000
  public JsonOptions withMaxItems(int value) {
    return with(MAX_ITEMS, value);
  }

  /// The most tokens of the whole answer, whatever the model likes: near that number only those can
  /// come that leave enough of them for the end. The end token is not counted, so `maxTokens`,
  /// which cuts, should be larger. A format of which the shortest answer may need more is refused
  /// before anything is generated. Default: no bound.
  ///
  /// @param value from 1
  public JsonOptions withEndsWithin(int value) {
    return with(ENDS_WITHIN, value);
  }

  /// The order of members; empty when unset.
  public Optional<MemberOrder> memberOrder() {
    return values.get(MEMBER_ORDER);
  }

  /// Whether objects are open; empty when unset.
  public Optional<Objects> objects() {
    return values.get(OBJECTS);
  }

  /// The blanks; empty when unset.
  public Optional<Whitespace> whitespace() {
    return values.get(WHITESPACE);
  }

  /// How names and constants are written; empty when unset.
  public Optional<Escapes> escapes() {
    return values.get(ESCAPES);
  }

  /// What `format` means; empty when unset.
  public Optional<Formats> formats() {
    return values.get(FORMATS);
  }

  /// What becomes of a keyword that cannot be kept; empty when unset.
  public Optional<Strictness> strictness() {
    return values.get(STRICTNESS);
  }

  /// The most digits before the point; empty when unset.
  public OptionalInt maxIntegerDigits() {
    return number(MAX_INTEGER_DIGITS);
  }

  /// The most digits behind the point; empty when unset.
  public OptionalInt maxFractionDigits() {
    return number(MAX_FRACTION_DIGITS);
  }

  /// The most characters of a string; empty when unset.
  public OptionalInt maxStringLength() {
    return number(MAX_STRING_LENGTH);
  }

  /// The most elements of an array; empty when unset.
  public OptionalInt maxItems() {
    return number(MAX_ITEMS);
  }

  /// The most tokens of the whole answer; empty when unset.
  public OptionalInt endsWithin() {
    return number(ENDS_WITHIN);
  }

  private OptionalInt number(Option<Integer> option) {
    return values.get(option).stream().mapToInt(value -> value).findFirst();
  }

  /// These, and those of `defaults` that are not set here.
  JsonOptions over(JsonOptions defaults) {
    return new JsonOptions(values.over(defaults.values));
  }

  /// The grammar with names and constants as they shall be written.
  Grammar spelled(Grammar grammar) {
    return switch (escapes().orElse(Escapes.ANY)) {
      case ANY -> grammar;
      case NEEDED -> PlainSpelling.of(grammar);
    };
  }

  boolean isLenient() {
    return strictness().equals(Optional.of(Strictness.LENIENT));
  }

  /// What the compiler of schemas makes of them.
  SchemaOptions forCompiler() {
    int none = SchemaOptions.Limits.NONE;
    return SchemaOptions.defaults()
        .withOrder(
            switch (memberOrder().orElse(MemberOrder.ANY)) {
              case ANY -> SchemaOptions.Order.FREE;
              case SCHEMA -> SchemaOptions.Order.SCHEMA;
            })
        .withObjects(
            switch (objects().orElse(Objects.OPEN)) {
              case OPEN -> SchemaOptions.Objects.OPEN;
              case CLOSED -> SchemaOptions.Objects.CLOSED;
            })
        .withWhitespace(
            switch (whitespace().orElse(Whitespace.FLEXIBLE)) {
              case FLEXIBLE -> SchemaOptions.Whitespace.FLEXIBLE;
              case SPACED -> SchemaOptions.Whitespace.SPACED;
              case COMPACT -> SchemaOptions.Whitespace.COMPACT;
            })
        .withFormats(
            switch (formats().orElse(Formats.ASSERTED)) {
              case ASSERTED -> SchemaOptions.Formats.ASSERTED;
              case REMARKS -> SchemaOptions.Formats.ANNOTATIONS;
            })
        .withLimits(
            new SchemaOptions.Limits(
                maxIntegerDigits().orElse(none),
                maxFractionDigits().orElse(none),
                maxStringLength().orElse(none),
                maxItems().orElse(none)));
  }

  /// The options that are set, as an object with members such as `member_order`, `objects`,
  /// `whitespace`, `max_fraction_digits` and `ends_within`.
  public JsonObject toJson() {
    return values.toJson();
  }

  /// Options from JSON as [#toJson] writes it.
  ///
  /// @throws JsonException when there is no option of a member's name, or its value is not allowed;
  ///   the message has the member's path
  public static JsonOptions fromJson(JsonObject json) {
    return new JsonOptions(OptionValues.fromJson(json, ALL));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JsonOptions options && values.equals(options.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /// What is set.
  @Override
  public String toString() {
    return "JsonOptions" + values;
  }
}
