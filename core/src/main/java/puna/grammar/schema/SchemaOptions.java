package puna.grammar.schema;

/// How a schema becomes a grammar.
///
/// @param whitespace between the tokens of the JSON text
/// @param formats what `format` means
/// @param order of the members of objects
/// @param objects whether members may come that the schema does not speak of
public record SchemaOptions(Whitespace whitespace, Formats formats, Order order, Objects objects) {
  /// Where blanks may stand.
  public enum Whitespace {
    /// None at all.
    COMPACT,
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
    /// A few of them in any order, many in the schema's.
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

  /// Flexible blanks, formats that are kept, any order, and open objects.
  public static SchemaOptions defaults() {
    return new SchemaOptions(Whitespace.FLEXIBLE, Formats.ASSERTED, Order.FREE, Objects.OPEN);
  }

  public SchemaOptions withWhitespace(Whitespace value) {
    return new SchemaOptions(value, formats, order, objects);
  }

  public SchemaOptions withFormats(Formats value) {
    return new SchemaOptions(whitespace, value, order, objects);
  }

  public SchemaOptions withOrder(Order value) {
    return new SchemaOptions(whitespace, formats, value, objects);
  }

  public SchemaOptions withObjects(Objects value) {
    return new SchemaOptions(whitespace, formats, order, value);
  }
}
