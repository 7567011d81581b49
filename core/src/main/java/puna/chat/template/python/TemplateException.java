package puna.chat.template.python;

import org.jspecify.annotations.Nullable;

/// A template that cannot be parsed, or that failed while it was rendered. The message names line
/// and column, both counted from 1.
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean isPlaced;

  private TemplateException(String message, @Nullable Throwable cause, boolean isPlaced) {
    super(message, cause);
    this.isPlaced = isPlaced;
  }

  /// A failure whose place whoever evaluates the expression around it knows.
  public TemplateException(String message) {
    this(message, null, false);
  }

  /// The same failure with its place; the innermost place stays.
  public TemplateException at(String source, int offset) {
    if (isPlaced) {
      return this;
    }
    int end = Math.min(offset, source.length());
    int line = 1;
    int lineStart = 0;
    for (int i = source.indexOf('\n'); i >= 0 && i < end; i = source.indexOf('\n', i + 1)) {
      line++;
      lineStart = i + 1;
    }
    int column = source.codePointCount(lineStart, end) + 1;
    return new TemplateException(
        "line " + line + ", column " + column + ": " + getMessage(), this, true);
  }
}
