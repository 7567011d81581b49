package puna.error;

import puna.text.FileText;

/// A model file violates its format. The message has the file, the place in it, the rule, and what
/// was found.
public final class ModelFormatException extends ModelException {
  private static final long serialVersionUID = 1L;

  public ModelFormatException(String message) {
    super(FileText.line(message));
  }

  public ModelFormatException(String message, Throwable cause) {
    super(FileText.line(message), cause);
  }
}
