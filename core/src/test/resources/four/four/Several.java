package four;

import java.nio.file.Path;
import java.util.List;
import puna.Answers;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.Llama;
import puna.chat.ChatMessage;

/// Several answers to one question, which is read once.
final class Several {
  private Several() {}

  public static void main(String[] args) {
    List<ChatMessage> question = List.of(ChatMessage.user("Give my cat a name."));
    ChatOptions options = ChatOptions.defaults().withSeed(7).withMaxTokens(8);
    try (Llama llama = Llama.open(Path.of(args[0]));
        Answers<ChatAnswer> answers = llama.chatSeveral(question, options, 3)) {
      for (ChatAnswer answer : answers) {
        System.out.println("answer: " + answer.text().replace('\n', ' '));
      }
    }
  }
}
