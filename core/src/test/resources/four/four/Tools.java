package four;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.Llama;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.chat.ToolChoice;

/// Two rounds: the model asks for the weather, then answers with what it was told.
final class Tools {
  private Tools() {}

  record Place(String city) {}

  public static void main(String[] args) {
    Tool weather = Tool.of("weather", "The weather in a city", Place.class);
    ChatOptions options = ChatOptions.greedy().withTools(weather).withMaxTokens(40);
    List<ChatMessage> messages = new ArrayList<>();
    messages.add(ChatMessage.user("What is the weather in Rome?"));
    try (Llama llama = Llama.open(Path.of(args[0]))) {
      for (ToolChoice choice : List.of(ToolChoice.required(), ToolChoice.none())) {
        try (ChatAnswer answer = llama.chat(messages, options.withToolChoice(choice))) {
          messages.add(answer.message());
        }
        for (ToolCall call : messages.getLast().toolCalls()) {
          String city = call.arguments(Place.class).city();
          messages.add(ChatMessage.toolResult(call, "Sunny in " + city + ", 24 degrees"));
        }
      }
      messages.forEach(message -> System.out.println(message.role() + ": " + message.content()));
    }
  }
}
