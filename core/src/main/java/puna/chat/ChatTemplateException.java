package puna.chat;

/// A conversation that a chat format cannot express, or a model without a format that Puna knows.
public final class ChatTemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ChatTemplateException(String message) {
    super(message);
  }
}
