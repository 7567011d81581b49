package puna.chat;

import puna.tensor.FileText;

/// A conversation that a chat format cannot express, or a model without a format that Puna knows.
/// The message is one line, though templates may raise exceptions of their own words.
public final class ChatTemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ChatTemplateException(String message) {
    super(FileText.line(message));
  }
}
