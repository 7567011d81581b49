package puna.cli;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.FinishReason;
import puna.Generation;
import puna.GenerationOptions;
import puna.Llama;

/// `puna chat`: a conversation, on a terminal or line by line from a pipe.
@Command(
    name = "chat",
    description = {
      "Talk with the model. On a terminal: history with the arrow keys, /help for the commands,"
          + " Ctrl-C stops an answer, Ctrl-D leaves.",
      "Where standard input is no terminal, each line is one message."
    })
final class ChatCommand extends PunaCommand {
  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final SamplingMixin sampling = new SamplingMixin();
  @Mixin private final EngineOptions engine = new EngineOptions();

  @Option(
      names = {"-s", "--system"},
      paramLabel = "TEXT",
      description = "A system message that opens the conversation.")
  private @Nullable String system;

  ChatCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    GenerationOptions options = sampling.options();
    try (Llama llama = OpenModel.open(console(), model, engine)) {
      if (console().inIsTerminal()) {
        new TerminalChat(console(), llama.info().name())
            .run(stop ->
                new ChatSession(
                    messages -> speak(llama.chat(messages, options), stop),
                    console().err(),
                    Optional.ofNullable(system)));
      } else {
        readLines(llama, options);
      }
    }
    return ExitCodes.OK;
  }

  private void readLines(Llama llama, GenerationOptions options) throws IOException {
    Utf8Input input = new Utf8Input(console().in(), "standard input");
    ChatSession session =
        new ChatSession(
            messages -> speak(llama.chat(messages, options), generation -> {}),
            console().err(),
            Optional.ofNullable(system));
    Optional<String> line = input.readLine();
    while (line.isPresent() && session.accept(line.get()) == ChatSession.Next.READ_ON) {
      line = input.readLine();
    }
  }

  private String speak(Generation generation, TerminalChat.StopButton stop) {
    stop.aim(generation);
    StringBuilder answer = new StringBuilder();
    for (String piece : generation) {
      answer.append(piece);
      console().out().print(piece);
      console().out().flush();
    }
    console().out().println("");
    console().out().flush();
    if (generation.finishReason() == FinishReason.CONTEXT_FULL) {
      console().err().println("puna: the context is full; /reset begins a new conversation");
    }
    if (isVerbose()) {
      console().err().println(TimingsText.line(generation));
    }
    return answer.toString();
  }
}
