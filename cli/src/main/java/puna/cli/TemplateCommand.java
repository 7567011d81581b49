package puna.cli;

import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import puna.chat.format.ChatTemplate;
import puna.chat.format.ChatTemplates;
import puna.chat.format.PromptRequest;
import puna.chat.template.Template;
import puna.chat.template.python.TemplateException;
import puna.cli.command.CommandException;
import puna.cli.command.Console;
import puna.cli.command.ExitCodes;
import puna.cli.command.PunaCommand;
import puna.cli.command.Screen;
import puna.cli.command.Text;
import puna.cli.command.UsageException;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.token.PromptPart;
import puna.token.Tokenizer;

/// `puna template`: the prompt that a chat template makes of a conversation.
@Command(
    name = "template",
    description = {
      "Show the prompt that a model gets for a conversation, as 'puna chat' sends it, and its tokens:"
          + " what its chat template cannot show of tools, calls and results is written as text.",
      "MODEL may also be a bare template, a file whose name ends with .jinja."
    })
final class TemplateCommand extends PunaCommand {
  private static final Set<String> TRUSTED = Set.of("bos_token", "eos_token");

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A GGUF file, a name that 'puna models' lists, or a .jinja file.")
  private @Nullable String model;

  @ArgGroup(validate = false)
  private final ConversationOptions conversation = new ConversationOptions();

  @Option(
      names = "--now",
      paramLabel = "TIME",
      description = "What strftime_now reads, such as 2025-07-04T09:05:06.")
  private @Nullable String now;

  @Option(names = "--text", description = "Print the prompt alone, without colours and tokens.")
  private boolean textOnly;

  @Option(
      names = "--jsonl",
      description =
          "Read one JSON object of template variables a line from standard input, write one object"
              + " a line: {\"ok\": text} or {\"err\": message}. A line that is no object, or blank,"
              + " ends the run with an error behind the results so far.")
  private boolean jsonLines;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      description = "Colour special tokens: auto (on a terminal), always, never (default: auto).")
  private Screen.Colours colour = Screen.Colours.AUTO;

  TemplateCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    Clock clock = clock();
    if (jsonLines) {
      renderLines(TemplateSource.parse(model), clock);
      return ExitCodes.OK;
    }
    if (TemplateSource.isBare(model)) {
      console().out().println(renderBare(clock));
      return ExitCodes.OK;
    }
    TemplateSource.Chat chat = TemplateSource.open(model, clock);
    print(chat.template(), chat.tokenizer(), chat.tools().request(conversation.request()));
    return ExitCodes.OK;
  }

  private String renderBare(Clock clock) throws IOException {
    Template template = TemplateSource.parse(model);
    JsonObject variables = conversation.variables();
    try {
      return ChatTemplates.render(template, variables, clock).text();
    } catch (TemplateException e) {
      throw new CommandException(model + ": " + e.getMessage(), e);
    }
  }

  private Clock clock() {
    if (now == null) {
      return Clock.system(ZoneId.systemDefault());
    }
    try {
      ZoneId zone = ZoneId.systemDefault();
      return Clock.fixed(LocalDateTime.parse(now).atZone(zone).toInstant(), zone);
    } catch (DateTimeException e) {
      throw new UsageException(
          "--now must be a time such as 2025-07-04T09:05:06, found '" + now + "'");
    }
  }

  private void renderLines(Template template, Clock clock) throws IOException {
    Utf8Input input = new Utf8Input(console().in(), "standard input");
    long number = 1;
    for (Optional<String> line = input.readLine(); line.isPresent(); line = input.readLine()) {
      String origin = input.origin() + ", line " + number++;
      if (!(Json.parse(line.get(), origin) instanceof JsonObject variables)) {
        throw new CommandException(origin + ": expected a JSON object");
      }
      console().out().println(Json.write(rendered(template, variables, clock)));
    }
  }

  private static JsonObject rendered(Template template, JsonObject variables, Clock clock) {
    try {
      String text = template.render(variables, TRUSTED, clock).text();
      return JsonObject.builder().put("ok", new JsonString(text)).build();
    } catch (TemplateException e) {
      return JsonObject.builder().put("err", String.valueOf(e.getMessage())).build();
    }
  }

  private void print(ChatTemplate template, Tokenizer tokenizer, PromptRequest request) {
    List<PromptPart> parts = template.render(request);
    StringBuilder prompt = new StringBuilder();
    for (PromptPart part : parts) {
      prompt.append(
          switch (part) {
            case PromptPart.Text(String text) -> console().out().shown(text);
            case PromptPart.Special(String token) ->
                textOnly ? console().out().shown(token) : coloured(token);
          });
    }
    console().out().write(prompt.append('\n').toString());
    if (textOnly) {
      return;
    }
    int[] ids = tokenizer.encode(parts, template.marks());
    console().out().println("");
    console().out().println("%s tokens, format %s".formatted(ids.length, template.name()));
    for (int id : ids) {
      String piece = Text.oneLine(tokenizer.piece(id));
      console().out().write(id + "\t" + (tokenizer.isSpecial(id) ? coloured(piece) : piece) + "\n");
    }
  }

  private String coloured(String token) {
    String shown = console().out().shown(token);
    return Screen.system().hasColours(colour) ? "\u001b[36m" + shown + "\u001b[0m" : shown;
  }
}
