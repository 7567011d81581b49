package puna.agent.examples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.Generation;
import puna.GenerationOptions;
import puna.IncompleteAnswerException;
import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.Prompt;
import puna.agent.Agent;
import puna.agent.AgentLimits;
import puna.agent.AgentRun;
import puna.agent.AgentTool;
import puna.agent.LlamaModel;
import puna.chat.ChatEvent;
import puna.chat.ChatMessage;
import puna.chat.ToolCall;
import puna.error.ModelException;
import puna.error.PunaException;
import puna.json.Description;
import puna.json.Json;
import puna.json.JsonBinding;
import puna.json.JsonSchemas;
import puna.json.JsonType;
import puna.json.JsonValue;
import puna.sample.LogProbabilityOptions;
import puna.sample.SamplingOptions;
import puna.sample.TokenProbability;
import puna.token.Tokenizer;

/// The examples of the packages' pages, word for word between their marks.
final class PackageExamples {
  private final Llama llama;

  PackageExamples(Llama llama) {
    this.llama = llama;
  }

  void opensAModel() {
    // example: puna
    try (Llama llama = Llama.open("smollm2-135m")) {
      List<ChatMessage> messages = List.of(ChatMessage.user("Where do llamas live?"));
      try (ChatAnswer answer = llama.chat(messages, ChatOptions.greedy().withMaxTokens(100))) {
        answer.forEachText(System.out::print); // as it is generated
        System.out.println(answer.usage());
      }
      record Capital(String country, String capital) {}
      System.out.println(llama.ask("What is the capital of France?", Capital.class));
    }
    // end
  }

  List<ChatMessage> readsEvents() {
    // example: puna.chat
    List<ChatMessage> messages = new ArrayList<>();
    messages.add(ChatMessage.system("You answer in one sentence."));
    messages.add(ChatMessage.user("What is a llama?"));
    try (ChatAnswer answer = llama.chat(messages, ChatOptions.defaults().withMaxTokens(200))) {
      for (ChatEvent event : answer) {
        switch (event) {
          case ChatEvent.TextDelta(String text) -> System.out.print(text);
          case ChatEvent.ToolCallFinished(int _, ToolCall call) -> System.out.println(call);
          default -> {} // other steps of a tool call, the end, and events of later versions
        }
      }
      messages.add(answer.message()); // and the next question after it
    }
    // end
    return messages;
  }

  void handlesErrors(Path file) {
    // example: puna.error
    try (Llama llama = Llama.open(ModelSource.file(file), LlamaOptions.defaults())) {
      System.out.println(llama.ask("What is a llama?"));
    } catch (ModelException e) {
      System.out.println("The model cannot be opened: " + e.getMessage());
    } catch (IncompleteAnswerException e) {
      System.out.println(e.partialText() + " … (" + e.finishReason() + ")");
    } catch (PunaException e) {
      System.out.println("There is no answer: " + e.getMessage());
    }
    // end
  }

  void readsJson() {
    // example: puna.json
    record Point(int x, int y) {}

    JsonValue json = Json.parse("[{\"x\": 1, \"y\": 2}]", "points.json");
    List<Point> points = JsonBinding.read(json, new JsonType<List<Point>>() {});
    System.out.println(points.getFirst().y()); // 2
    System.out.println(Json.write(JsonSchemas.of(Point.class)));
    // end
  }

  void setsSampling() {
    // example: puna.sample
    GenerationOptions options =
        GenerationOptions.defaults()
            .withSampling(SamplingOptions.defaults().withTemperature(0.7f).withSeed(42))
            .withLogProbabilities(LogProbabilityOptions.ofAnswer(3))
            .withMaxTokens(10);
    try (Generation generation = llama.generate(Prompt.text("Once upon a time"), options)) {
      for (TokenProbability token : generation.logProbabilities()) {
        System.out.println(token.token() + " " + token.logProbability() + " " + token.likeliest());
      }
    }
    // end
  }

  void tokenizes() {
    // example: puna.token
    Tokenizer tokenizer = llama.tokenizer();
    int[] ids = tokenizer.encode("Where do llamas live?");
    for (int id : ids) {
      System.out.println(id + " " + tokenizer.piece(id));
    }
    System.out.println(tokenizer.decode(ids)); // Where do llamas live?
    // end
  }

  AgentRun runsAnAgent() {
    // example: puna.agent
    record Place(@Description("its name, in English") String city) {}

    AgentTool weather =
        AgentTool.of(
            "get_weather",
            "Tells the weather in a city.",
            Place.class,
            place -> "21 degrees and sunny in " + place.city());
    LlamaModel model = new LlamaModel(llama, ChatOptions.defaults().withMaxTokens(200));
    Agent agent = new Agent(model, List.of(weather), AgentLimits.defaults());
    AgentRun run = agent.run("What is the weather in Paris?");
    System.out.println(run.answer());
    // end
    return run;
  }
}
