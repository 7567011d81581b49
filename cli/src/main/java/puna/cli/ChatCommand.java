package puna.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.Llama;
import puna.Prompt;
import puna.chat.ChatMessage;
import puna.cli.command.Console;
import puna.cli.command.EngineOptions;
import puna.cli.command.ExitCodes;
import puna.cli.command.ModelOption;
import puna.cli.command.PunaCommand;
import puna.hub.ModelStore;

/// `puna chat`: a conversation, on a terminal or line by line from a pipe.
@Command(
    name = "chat",
    description = {
      "Talk with the model. On a terminal: history with the arrow keys, /help for the commands,"
          + " Ctrl-C stops an answer, Ctrl-D leaves.",
      "Where standard input is no terminal, each line is one message, also one that begins with /;"
          + " blank lines are none.",
      "With --tools, a call is printed as a JSON object on a line of its own, and the next line of"
          + " input is the tool's result; a required call is not required again behind it.",
      "With --mcp, tools run here, and their results go to the model."
    },
    footer = {
      "",
      "Examples:",
      "  puna chat --mcp \"npx -y @modelcontextprotocol/server-filesystem .\"",
      "  puna chat --session plans.session",
      "  puna chat --mcp files=./server --mcp https://example.org/mcp --mcp-header X-Api-Key=MY_KEY"
    })
final class ChatCommand extends PunaCommand {
  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final ToolMixin tools = new ToolMixin();
  @Mixin private final McpMixin mcp = new McpMixin();
  @Mixin private final ReasoningMixin reasoning = new ReasoningMixin();
  @Mixin private final FormatMixin format = new FormatMixin();
  @Mixin private final SessionMixin saved = new SessionMixin();
  @Mixin private final SamplingMixin sampling = new SamplingMixin();
  @Mixin private final EngineOptions engine = new EngineOptions();

  @Option(
      names = {"-s", "--system"},
      paramLabel = "TEXT",
      description = "A system message that opens the conversation.")
  private @Nullable String system;

  private @Nullable NewTurn newTurn;
  private @Nullable ChatOptions asked; // with the tools of MCP servers

  ChatCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    ChatOptions plain =
        reasoning
            .apply(sampling.apply(ChatOptions.defaults()))
            .withFormat(format.format(console().err()))
            .withOnHistoryFull(ChatOptions.OnHistoryFull.DROP_MIDDLE);
    ChatOptions options =
        mcp.isGiven() ? tools.applyChoice(plain) : tools.apply(plain, console().err());
    return console().inIsTerminal() ? onTerminal(options) : readLines(options);
  }

  private int onTerminal(ChatOptions options) throws IOException {
    try (TerminalChat terminal = TerminalChat.open(console());
        ChatTools servers = servers(options, Optional.of(terminal::ask));
        Llama llama = OpenModel.open(console(), model, engine)) {
      requireChatFormat(llama);
      newTurn = new NewTurn(llama.tokenizer());
      Conversation conversation = saved.begin(llama, Optional.ofNullable(system));
      saved.note(conversation, console().err());
      terminal.run(
          name(llama),
          stop -> new ChatSession(speaker(llama, servers, stop), console().err(), conversation));
      saved.save(llama, conversation, asked == null ? options : asked);
    }
    return ExitCodes.OK;
  }

  /// The servers whose tools may be called; none where none are given.
  private ChatTools servers(ChatOptions options, Optional<Question> question) {
    return mcp.isGiven() ? mcp.open(console(), options, question) : ChatTools.none(options);
  }

  /// As `puna models` lists it; of a file the name that is written in it.
  private String name(Llama llama) {
    boolean isListed =
        ModelStore.standard().list().stream()
            .anyMatch(listed -> listed.name().equals(model.reference()));
    return isListed ? model.reference() : llama.info().name();
  }

  /// Without one, no message can be answered: better said before the user writes one.
  private static void requireChatFormat(Llama llama) {
    Prompt _ = llama.prompt(List.of(ChatMessage.user("?")), ChatOptions.defaults());
  }

  private int readLines(ChatOptions options) throws IOException {
    try (ChatTools servers = servers(options, Optional.empty());
        Llama llama = OpenModel.open(console(), model, engine)) {
      requireChatFormat(llama);
      newTurn = new NewTurn(llama.tokenizer());
      Conversation conversation = saved.begin(llama, Optional.ofNullable(system));
      int code = readLines(speaker(llama, servers, _ -> {}), conversation);
      saved.save(llama, conversation, asked == null ? options : asked);
      return code;
    }
  }

  /// Fails where a message could not be answered: nobody may have seen the note.
  private int readLines(ChatSession.Speaker speaker, Conversation conversation) throws IOException {
    Utf8Input input = new Utf8Input(console().in(), "standard input");
    ChatSession session = new ChatSession(speaker, console().err(), conversation);
    Optional<String> line = input.readLine();
    while (line.isPresent() && session.message(line.get()) == ChatSession.Next.READ_ON) {
      line = input.readLine();
    }
    return session.hasFailed() ? ExitCodes.FAILURE : ExitCodes.OK;
  }

  private ChatSession.Speaker speaker(
      Llama llama, ChatTools servers, TerminalChat.StopButton stop) {
    return servers.speaker(
        (messages, options) -> {
          asked = options;
          ChatAnswer answer = llama.chat(messages, options);
          stop.aim(answer::cancel);
          speak(answer);
          return answer;
        },
        stop);
  }

  private void speak(ChatAnswer answer) {
    if (!answer.dropped().isEmpty()) {
      console()
          .err()
          .println(
              "puna: the conversation is longer than the context: %s of its older messages are left out"
                  .formatted(answer.dropped().size()));
    }
    if (isVerbose() && newTurn != null) {
      console().err().println(newTurn.of(answer.generation()));
    }
    AnswerPrinter printer = new AnswerPrinter(console());
    answer.forEach(printer::print);
    printer.endLine();
    console().out().flush();
    switch (answer.finishReason()) {
      case CONTEXT_FULL ->
          console().err().println("puna: the context is full; /reset begins a new conversation");
      case REASONING_ONLY ->
          console().err().println("puna: the model ended while it was thinking, without an answer");
      default -> {}
    }
    if (isVerbose()) {
      console().err().println(TimingsText.line(answer.generation()));
      if (newTurn != null) {
        newTurn.answered(answer.generation());
      }
    }
  }
}
