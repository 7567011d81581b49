package puna.tensor;

/// A model or tokenizer file that breaks a rule of its format. The message names the file, the
/// place, the rule and what was found, on one line.
public final class ModelFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ModelFormatException(String message) {
    super(FileText.line(message));
  }

  public ModelFormatException(String message, Throwable cause) {
    super(FileText.line(message), cause);
  }
}
