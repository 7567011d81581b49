package puna.grammar.schema;

/// How a schema becomes a grammar.
///
/// @param whitespace between the tokens of the JSON text
/// @param formats what `format` means
public record SchemaOptions(Whitespace whitespace, Formats formats) {
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

  /// Flexible blanks, and formats that are kept.
  public static SchemaOptions defaults() {
    return new SchemaOptions(Whitespace.FLEXIBLE, Formats.ASSERTED);
  }

  public SchemaOptions withWhitespace(Whitespace value) {
    return new SchemaOptions(value, formats);
  }

  public SchemaOptions withFormats(Formats value) {
    return new SchemaOptions(whitespace, value);
  }
}
