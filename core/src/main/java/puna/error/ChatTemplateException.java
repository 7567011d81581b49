package puna.error;

import puna.text.FileText;

/// A conversation that a model's chat format cannot express, or a model without a chat format that
/// is known.
public final class ChatTemplateException extends PromptException {
  private static final long serialVersionUID = 1L;

  public ChatTemplateException(String message) {
    super(FileText.line(message));
  }

  public ChatTemplateException(String message, Throwable cause) {
    super(FileText.line(message), cause);
  }
}
