package puna.cli;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.cli.command.CommandException;
import puna.cli.command.Console;
import puna.cli.command.ExitCodes;
import puna.cli.command.JsonFacts;
import puna.cli.command.ModelOption;
import puna.cli.command.PunaCommand;
import puna.cli.command.Text;
import puna.cli.command.UsageException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.token.Tokenizer;

/// `puna tokenize`: text to token ids.
@Command(
    name = "tokenize",
    description = {
      "Show the tokens of a text: one a line, id and piece. EOS stands behind where the model's"
          + " file asks for it (add_eos_token).",
      "--model may also be a tokenizer.model or a tokenizer.json."
    })
final class TokenizeCommand extends PunaCommand {
  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final PromptSource text = new PromptSource();

  @Option(names = "--bos", description = "Put the beginning-of-sequence token in front.")
  private boolean bos;

  @Option(
      names = "--special",
      description = "Recognise special tokens such as <|im_start|> in the text.")
  private boolean special;

  @Option(names = "--ids", description = "Print the ids alone, on one line.")
  private boolean idsOnly;

  @Option(names = "--json", description = "Print one object: ids, pieces.")
  private boolean json;

  @Option(
      names = "--jsonl",
      description =
          "For corpora: read one JSON string a line, write one JSON array of ids a line. A line that"
              + " is something else, or blank, ends the run with an error behind the results so far.")
  private boolean jsonLines;

  TokenizeCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    if ((idsOnly ? 1 : 0) + (json ? 1 : 0) + (jsonLines ? 1 : 0) > 1) {
      throw new UsageException("--ids, --json and --jsonl exclude each other");
    }
    if (jsonLines) {
      text.readLines(console(), this::tokenizeLines);
      return ExitCodes.OK;
    }
    String content = text.read(console());
    Tokenizer tokenizer = TokenizerSource.open(console(), model);
    print(tokenizer, encode(tokenizer, content, bosOf(tokenizer)));
    return ExitCodes.OK;
  }

  private void tokenizeLines(Utf8Input input) throws IOException {
    Tokenizer tokenizer = TokenizerSource.open(console(), model);
    int[] prefix = bosOf(tokenizer);
    StringBuilder out = new StringBuilder();
    long number = 1;
    for (Optional<String> line = input.readLine(); line.isPresent(); line = input.readLine()) {
      String origin = input.origin() + ", line " + number++;
      if (!(Json.parse(line.get(), origin) instanceof JsonString(String value))) {
        throw new CommandException(origin + ": expected a JSON string");
      }
      out.setLength(0);
      IdText.appendArray(out, encode(tokenizer, value, prefix));
      console().out().println(out.toString());
    }
  }

  private int[] encode(Tokenizer tokenizer, String content, int[] prefix) {
    int[] ids = special ? tokenizer.encodeWithSpecials(content) : tokenizer.encode(content);
    IntStream end = tokenizer.addsEos() ? tokenizer.eos().stream() : IntStream.empty();
    return IntStream.concat(IntStream.concat(IntStream.of(prefix), IntStream.of(ids)), end)
        .toArray();
  }

  private int[] bosOf(Tokenizer tokenizer) {
    if (!bos) {
      return new int[0];
    }
    return new int[] {
      tokenizer
          .bos()
          .orElseThrow(() -> new CommandException("this vocabulary has no BOS; leave --bos out"))
    };
  }

  private void print(Tokenizer tokenizer, int[] ids) {
    if (json) {
      List<JsonValue> pieces =
          Arrays.stream(ids)
              .<JsonValue>mapToObj(id -> new JsonString(tokenizer.piece(id)))
              .toList();
      console()
          .out()
          .println(
              Json.write(
                  JsonObject.builder()
                      .put("ids", JsonFacts.ids(ids))
                      .put("pieces", new JsonArray(pieces))
                      .build()));
    } else if (idsOnly) {
      console().out().println(IdText.spaced(ids));
    } else {
      for (int id : ids) {
        console().out().println(id + "\t" + Text.oneLine(tokenizer.piece(id)));
      }
    }
  }
}
