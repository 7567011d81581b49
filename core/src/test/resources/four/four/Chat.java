package four;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.Llama;
import puna.chat.ChatMessage;

/// A conversation: each answer is printed while it comes, and remembered.
final class Chat {
  private Chat() {}

  public static void main(String[] args) {
    ChatOptions options = ChatOptions.greedy().withMaxTokens(16);
    List<ChatMessage> messages = new ArrayList<>();
    try (Llama llama = Llama.open(Path.of(args[0]))) {
      for (String question : List.of("What is the capital of France?", "And of Italy?")) {
        messages.add(ChatMessage.user(question));
        try (ChatAnswer answer = llama.chat(messages, options)) {
          answer.forEachText(System.out::print);
          System.out.println();
          messages.add(answer.message());
        }
      }
    }
  }
}
