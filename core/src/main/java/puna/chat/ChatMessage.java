package puna.chat;

/// One message of a conversation.
///
/// @param content the text; it can never turn into special tokens
public record ChatMessage(Role role, String content) {

  /// Who speaks.
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT,
    TOOL
  }

  public static ChatMessage system(String content) {
    return new ChatMessage(Role.SYSTEM, content);
  }

  public static ChatMessage user(String content) {
    return new ChatMessage(Role.USER, content);
  }

  public static ChatMessage assistant(String content) {
    return new ChatMessage(Role.ASSISTANT, content);
  }
}
