package puna.server.work;

import java.util.List;
import puna.ChatOptions;
import puna.chat.ChatMessage;

/// What a chat request of any dialect asks for.
///
/// @param model as the client names it
/// @param messages the whole conversation
/// @param options of the answers
/// @param answers how many
public record ChatTask(String model, List<ChatMessage> messages, ChatOptions options, int answers) {
  public ChatTask {
    messages = List.copyOf(messages);
  }
}
