package puna.error;

import puna.text.FileText;

/// The model has no chat template that Puna knows, or its chat template cannot express the
/// conversation.
public final class ChatTemplateException extends PromptException {
  private static final long serialVersionUID = 1L;

  public ChatTemplateException(String message) {
    super(FileText.line(message));
  }

  public ChatTemplateException(String message, Throwable cause) {
    super(FileText.line(message), cause);
  }
}
