package puna.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.chat.Tool;
import puna.chat.format.ChatTemplates;
import puna.chat.tools.OfferedNames;
import puna.chat.tools.Thinking;
import puna.chat.tools.ToolFormat;
import puna.chat.tools.ToolSupport;
import puna.cli.command.CommandException;
import puna.cli.command.Console;
import puna.cli.command.ExitCodes;
import puna.cli.command.ModelOption;
import puna.cli.command.PunaCommand;
import puna.format.ModelContents;
import puna.format.ModelFiles;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;

/// `puna calls`: what is read from the text of an answer.
@Command(
    name = "calls",
    description = {
      "Show what is read from the text of an answer, as JSON: its text, its reasoning, its tool"
          + " calls. So it can be seen why a call was missed.",
      "The text is an answer as the model wrote it, marks included."
    })
final class CallsCommand extends PunaCommand {
  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final PromptSource text = new PromptSource();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "How the model writes calls: llama-json, python-list, function-tag, hermes, mistral,"
              + " mistral-named, functionary, firefunction, nemotron, deepseek (default: as the"
              + " model's chat template shows it).")
  private @Nullable String format;

  @Option(
      names = "--thinking",
      paramLabel = "WHO",
      description =
          "Who writes the opening mark of the reasoning: model, begun (the prompt ends with it), no"
              + " (default: as the model's chat template shows it).")
  private @Nullable String thinking;

  @Option(
      names = "--marks",
      arity = "2",
      paramLabel = "MARK",
      description = "The marks around the reasoning (default: <think> </think>).")
  private List<String> marks = List.of();

  @Option(
      names = "--tool",
      paramLabel = "NAME",
      description = "A tool that the model was shown; may be given several times.")
  private List<String> names = List.of();

  @Option(
      names = "--tools",
      paramLabel = "FILE",
      description =
          "The tools that the model was shown, as for puna chat. Without --tool and --tools every"
              + " name counts as shown.")
  private @Nullable Path tools;

  @Option(
      names = "--special",
      paramLabel = "MARK",
      description =
          "A mark that is a special token: in the text it stands for the token; may be given"
              + " several times (default: those of the model).")
  private List<String> specials = List.of();

  @Option(
      names = "--jsonl",
      description =
          "Read one JSON object a line: id, text, format, thinking, marks, tools, specials; all but"
              + " the text may be missing. Write one object a line: id, text, reasoning, calls.")
  private boolean jsonLines;

  CallsCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    if (jsonLines) {
      text.readLines(console(), this::readLines);
      return ExitCodes.OK;
    }
    String answer = text.read(console());
    console().out().println(Json.writeIndented(form().read(answer).build()));
    return ExitCodes.OK;
  }

  private void readLines(Utf8Input input) throws IOException {
    AnswerReading form = form();
    long number = 1;
    for (Optional<String> line = input.readLine(); line.isPresent(); line = input.readLine()) {
      String origin = input.origin() + ", line " + number++;
      if (!(Json.parse(line.get(), origin) instanceof JsonObject object)
          || !(object.get("text").orElse(null) instanceof JsonString(String answer))) {
        throw new CommandException(origin + ": expected a JSON object with \"text\"");
      }
      JsonObject.Builder facts = JsonObject.builder();
      object.get("id").ifPresent(id -> facts.put("id", id));
      AnswerReading.of(object, form, origin).read(answer).build().members().forEach(facts::put);
      console().out().println(Json.write(facts.build()));
    }
  }

  private AnswerReading form() throws IOException {
    // Without a model and with a format nothing of a model counts.
    AnswerReading known =
        format != null && !model.isGiven()
            ? new AnswerReading(
                ToolFormat.LLAMA_JSON, Thinking.never(), OfferedNames.unknown(), Set.of())
            : ofModel();
    Thinking.Start start =
        thinking == null ? known.thinking().start() : AnswerReading.start(thinking, "--thinking");
    String open = marks.isEmpty() ? known.thinking().open() : marks.get(0);
    String close = marks.isEmpty() ? known.thinking().close() : marks.get(1);
    return new AnswerReading(
        format == null ? known.format() : AnswerReading.format(format, "--format"),
        new Thinking(start, open, close),
        offered(),
        specials.isEmpty() ? known.specials() : Set.copyOf(specials));
  }

  private OfferedNames offered() throws IOException {
    List<String> shown = new ArrayList<>(names);
    if (tools != null) {
      ToolFile.read(tools).stream().map(Tool::name).forEach(shown::add);
    }
    return shown.isEmpty() ? OfferedNames.unknown() : OfferedNames.of(shown);
  }

  private AnswerReading ofModel() {
    try (ModelContents source = ModelFiles.open(model.file(console()))) {
      ModelWarnings warnings = new ModelWarnings();
      Tokenizer tokenizer = source.tokenizer(warnings);
      ChatTemplates.Chosen chat =
          source.chat(tokenizer, Clock.system(ZoneId.systemDefault()), warnings);
      ToolFormat written = ToolSupport.of(chat.format(), chat.source(), source.origin()).format();
      Thinking thought = Thinking.of(chat.source());
      Set<String> known = new HashSet<>(written.marks());
      known.add(thought.open());
      known.add(thought.close());
      // A mark whose token has a text is read as letters.
      known.removeIf(mark -> {
        OptionalInt id = tokenizer.special(mark);
        return id.isEmpty() || tokenizer.bytes(id.getAsInt()).length > 0;
      });
      return new AnswerReading(written, thought, OfferedNames.unknown(), known);
    }
  }
}
