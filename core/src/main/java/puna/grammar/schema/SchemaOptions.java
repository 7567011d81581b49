package puna.grammar.schema;

/// How a schema becomes a grammar.
///
/// @param writing of the JSON text
/// @param formats what `format` means
/// @param order of the members of objects
/// @param objects whether members may come that the schema does not speak of
/// @param limits where the schema has none
public record SchemaOptions(
    Writing writing, Formats formats, Order order, Objects objects, Limits limits) {
  /// How JSON text is written.
  ///
  /// @param whitespace between its tokens
  /// @param spelling of its strings and numbers
  public record Writing(Whitespace whitespace, Spelling spelling) {}

  /// In which ways a string or number may be written.
  public enum Spelling {
    /// In all that JSON has, as far as rules can say them.
    ANY,
    /// Characters are escaped only where JSON demands it, and numbers that must be whole have
    /// neither point nor exponent.
    PLAIN
  }

  /// Where blanks may stand.
  public enum Whitespace {
    /// None at all.
    COMPACT,
    /// One blank behind each comma and colon.
    SPACED,
    /// What models write: one blank after a comma or colon, or a line break with up to twenty
    /// blanks of indentation. It is bounded, so an answer cannot run away in it.
    FLEXIBLE
  }

  /// What the keyword `format` means.
  public enum Formats {
    /// Strings have the format, for all formats that have an exact grammar.
    ASSERTED,
    /// A remark without effect, which is what the draft says by default.
    ANNOTATIONS
  }

  /// How the members that a schema names may follow each other.
  public enum Order {
    /// In any order; in the schema's where there are more than six, and some number of them or a
    /// member that breaks a rule is asked for.
    FREE,
    /// As the schema lists them: what must be thought of first comes first.
    SCHEMA
  }

  /// What an object may have beside the members that a schema names.
  public enum Objects {
    /// Any other members, unless the schema forbids them: what the standard says.
    OPEN,
    /// None, unless the schema says something of them: `additionalProperties`, patterns. An object
    /// of which no member is named stays any object.
    CLOSED
  }

  /// Bounds of what a schema does not bound, each [#NONE] where there is none.
  ///
  /// @param integerDigits before the point of a number
  /// @param fractionDigits behind it
  /// @param characters of a string or name
  /// @param items of an array
  public record Limits(int integerDigits, int fractionDigits, int characters, int items) {
    /// No bound.
    public static final int NONE = Integer.MAX_VALUE;

    /// Nothing is bounded.
    public static Limits none() {
      return new Limits(NONE, NONE, NONE, NONE);
    }
  }

  /// Flexible blanks, any spelling, formats that are kept, any order, open objects, and no limits.
  public static SchemaOptions defaults() {
    return new SchemaOptions(
        new Writing(Whitespace.FLEXIBLE, Spelling.ANY),
        Formats.ASSERTED,
        Order.FREE,
        Objects.OPEN,
        Limits.none());
  }

  public SchemaOptions withWhitespace(Whitespace value) {
    return with(new Writing(value, writing.spelling));
  }

  public SchemaOptions withSpelling(Spelling value) {
    return with(new Writing(writing.whitespace, value));
  }

  private SchemaOptions with(Writing value) {
    return new SchemaOptions(value, formats, order, objects, limits);
  }

  public SchemaOptions withFormats(Formats value) {
    return new SchemaOptions(writing, value, order, objects, limits);
  }

  public SchemaOptions withOrder(Order value) {
    return new SchemaOptions(writing, formats, value, objects, limits);
  }

  public SchemaOptions withObjects(Objects value) {
    return new SchemaOptions(writing, formats, order, value, limits);
  }

  public SchemaOptions withLimits(Limits value) {
    return new SchemaOptions(writing, formats, order, objects, value);
  }
}
