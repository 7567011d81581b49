package puna.chat.template;

/// A piece of a template's source.
///
/// @param text for a string literal its value, for a name or operator its characters
/// @param offset where it starts in the source
record Token(Kind kind, String text, int offset) {
  enum Kind {
    /// Text between tags, as it is printed.
    DATA,
    PRINT_BEGIN,
    PRINT_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(Kind wanted, String value) {
    return kind == wanted && text.equals(value);
  }

  /// How a message speaks of it.
  String description() {
    return switch (kind) {
      case DATA -> "text";
      case PRINT_BEGIN -> "'{{'";
      case PRINT_END -> "'}}'";
      case BLOCK_BEGIN -> "'{%'";
      case BLOCK_END -> "'%}'";
      case STRING -> "a string";
      case END -> "the end of the template";
      case NAME, INTEGER, FLOAT, OPERATOR -> "'" + text + "'";
    };
  }
}
