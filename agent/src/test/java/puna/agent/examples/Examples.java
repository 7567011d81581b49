package puna.agent.examples;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.ChatOptions.FormatHint;
import puna.ChatOptions.ToolCalls;
import puna.Llama;
import puna.ResponseFormat;
import puna.agent.Agent;
import puna.agent.AgentLimits;
import puna.agent.AgentRun;
import puna.agent.AgentTool;
import puna.agent.Approver;
import puna.agent.Decision;
import puna.agent.LlamaModel;
import puna.agent.McpServer;
import puna.agent.McpTools;
import puna.agent.Tools;
import puna.chat.ChatEvent;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.chat.ToolChoice;
import puna.json.Description;

/// The examples of `docs/tools-and-structured-output.md`, word for word between their marks.
public final class Examples {
  private final Llama llama;
  private final Consumer<String> out;

  public Examples(Llama llama, Consumer<String> out) {
    this.llama = llama;
    this.out = out;
  }

  // example: record
  record Capital(String country, String capital) {}

  Capital askForARecord() {
    return llama.ask("What is the capital of France?", Capital.class);
  }

  // end

  // example: partial
  Capital watchARecordGrow() {
    ChatOptions options =
        ChatOptions.greedy()
            .withFormat(ResponseFormat.jsonOf(Capital.class))
            .withFormatHint(FormatHint.LAST_MESSAGE);
    List<ChatMessage> question = List.of(ChatMessage.user("What is the capital of Peru?"));
    try (ChatAnswer answer = llama.chat(question, options)) {
      answer.forEachPartial(json -> out.accept(json.toString()));
      return answer.as(Capital.class);
    }
  }

  // end

  // example: formats
  void bindAnswers() {
    List<ChatMessage> question = List.of(ChatMessage.user("Is Paris in France?"));
    List<ResponseFormat> formats =
        List.of(
            ResponseFormat.choices("yes", "no"),
            ResponseFormat.regex("(Yes|No), because [a-z ]{10,40}\\."),
            ResponseFormat.grammar("root ::= \"It \" (\"is\" | \"is not\") \".\""),
            ResponseFormat.jsonOf(Capital.class));
    for (ResponseFormat format : formats) {
      try (ChatAnswer answer = llama.chat(question, ChatOptions.defaults().withFormat(format))) {
        out.accept(answer.text());
      }
    }
  }

  // end

  // example: tools
  record Place(@Description("its name, in English") String city) {}

  String callATool() {
    Tool weather = Tool.of("get_weather", "Tells the weather in a city.", Place.class);
    ChatOptions options =
        ChatOptions.greedy()
            .withTools(weather)
            .withToolChoice(ToolChoice.required())
            .withToolCalls(ToolCalls.ONE);
    List<ChatMessage> messages = new ArrayList<>();
    messages.add(ChatMessage.user("What is the weather in Paris?"));
    try (ChatAnswer answer = llama.chat(messages, options)) {
      for (ChatEvent event : answer) {
        switch (event) {
          case ChatEvent.TextDelta(String text) -> out.accept(text);
          case ChatEvent.ToolCallStarted(int _, String _, String name) -> out.accept(name);
          case ChatEvent.ArgumentsDelta(int _, String json) -> out.accept(json);
          default -> {} // the end of a call, of the answer, and what is yet to come
        }
      }
      messages.add(answer.message());
    }
    for (ToolCall call : messages.getLast().toolCalls()) {
      Place place = call.arguments(Place.class);
      messages.add(ChatMessage.toolResult(call, "21 degrees and sunny in " + place.city()));
    }
    try (ChatAnswer answer = llama.chat(messages, options.withToolChoice(ToolChoice.none()))) {
      return answer.text();
    }
  }

  // end

  // example: agent
  public static final class Calculator {
    @Description("Adds two numbers.")
    public double add(double first, double second) {
      return first + second;
    }

    @Description("Multiplies two numbers.")
    public double multiply(double first, double second) {
      return first * second;
    }
  }

  AgentRun runAnAgent() {
    List<AgentTool> tools = Tools.of(new Calculator());
    LlamaModel model = new LlamaModel(llama, ChatOptions.defaults());
    AgentLimits limits = AgentLimits.defaults().withSteps(3).withTime(Duration.ofMinutes(1));
    return new Agent(model, tools, limits).run("What is 12 times 31?");
  }

  // end

  // example: approval
  AgentRun askBeforeToolsRun(Predicate<String> person) {
    LlamaModel model = new LlamaModel(llama, ChatOptions.greedy().withMaxTokens(64));
    Approver approver =
        (tool, call) ->
            person.test("Run %s with %s?".formatted(tool.title(), call.arguments()))
                ? Decision.approve()
                : Decision.refuse("the user does not want this");
    return new Agent(model, Tools.of(new Calculator()), AgentLimits.defaults())
        .withApproval(approver)
        .run("What is 12 times 31?");
  }

  // end

  // example: mcp
  AgentRun useMcpServers(List<String> command, String address) {
    McpServer files = McpServer.stdio(command).withPrefix("files_").withFolder(Path.of("."));
    McpServer remote =
        McpServer.http(address)
            .withHeader("X-Api-Key", "the key")
            .withHeaders(() -> Map.of("Authorization", "Bearer " + freshToken()));
    try (McpTools first = McpTools.connect(files);
        McpTools second = McpTools.connect(remote)) {
      List<AgentTool> tools = new ArrayList<>(first.tools());
      tools.addAll(second.tools());
      LlamaModel model = new LlamaModel(llama, ChatOptions.defaults());
      return new Agent(model, tools, AgentLimits.defaults()).run("Say aloha.");
    }
  }

  // end

  private static String freshToken() {
    return "a token";
  }
}
