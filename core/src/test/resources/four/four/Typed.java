package four;

import java.nio.file.Path;
import java.util.List;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.IncompleteAnswerException;
import puna.Llama;
import puna.ResponseFormat;
import puna.chat.ChatMessage;
import puna.json.JsonType;

/// An answer as Java values, and what is there of it while it comes.
final class Typed {
  private Typed() {}

  record Town(String name, String country) {}

  public static void main(String[] args) {
    JsonType<List<Town>> towns = new JsonType<>() {};
    ChatOptions options =
        ChatOptions.greedy()
            .withFormat(ResponseFormat.jsonOf(towns))
            .withFormatHint(ChatOptions.FormatHint.LAST_MESSAGE)
            .withMaxTokens(40);
    List<ChatMessage> question = List.of(ChatMessage.user("Name two towns by the sea."));
    try (Llama llama = Llama.open(Path.of(args[0]));
        ChatAnswer answer = llama.chat(question, options)) {
      answer.forEachPartial(value -> System.out.println("so far: " + value));
      for (Town town : answer.as(towns)) {
        System.out.println(town.name() + " in " + town.country());
      }
    } catch (IncompleteAnswerException e) {
      System.out.println(e.finishReason() + " after " + e.partialText());
    }
  }
}
