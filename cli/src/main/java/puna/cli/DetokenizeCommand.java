package puna.cli;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.cli.command.Console;
import puna.cli.command.ExitCodes;
import puna.cli.command.ModelOption;
import puna.cli.command.PunaCommand;
import puna.json.Json;
import puna.json.JsonValue.JsonString;
import puna.token.Tokenizer;

/// `puna detokenize`: token ids to text.
@Command(
    name = "detokenize",
    description = {
      "Show the text of token ids: numbers between spaces or commas, or a JSON array.",
      "--model may also be a tokenizer.model or a tokenizer.json."
    })
final class DetokenizeCommand extends PunaCommand {
  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final PromptSource ids = new PromptSource();

  @Option(
      names = "--special",
      description = "Write special tokens out instead of leaving them out.")
  private boolean special;

  @Option(
      names = "--jsonl",
      description =
          "Read one JSON array of ids a line, write one JSON string a line. A line that is something"
              + " else, or blank, ends the run with an error behind the results so far.")
  private boolean jsonLines;

  DetokenizeCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    if (jsonLines) {
      ids.readLines(console(), this::detokenizeLines);
      return ExitCodes.OK;
    }
    String text = ids.read(console());
    Tokenizer tokenizer = TokenizerSource.open(console(), model);
    console()
        .out()
        .println(decode(tokenizer, IdText.parse(text, "token ids", tokenizer.vocabularySize())));
    return ExitCodes.OK;
  }

  private void detokenizeLines(Utf8Input input) throws IOException {
    Tokenizer tokenizer = TokenizerSource.open(console(), model);
    long number = 1;
    for (Optional<String> line = input.readLine(); line.isPresent(); line = input.readLine()) {
      String origin = input.origin() + ", line " + number++;
      int[] parsed = IdText.parseArray(line.get(), origin, tokenizer.vocabularySize());
      console().out().println(Json.write(new JsonString(decode(tokenizer, parsed))));
    }
  }

  private String decode(Tokenizer tokenizer, int[] parsed) {
    if (!special) {
      return tokenizer.decode(parsed);
    }
    StringBuilder out = new StringBuilder();
    int start = 0;
    for (int i = 0; i <= parsed.length; i++) {
      if (i == parsed.length || tokenizer.isSpecial(parsed[i])) {
        out.append(tokenizer.decode(Arrays.copyOfRange(parsed, start, i)));
        out.append(i < parsed.length ? tokenizer.piece(parsed[i]) : "");
        start = i + 1;
      }
    }
    return out.toString();
  }
}
