package puna.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.cli.command.CommandException;
import puna.cli.command.Console;
import puna.cli.command.ExitCodes;
import puna.cli.command.ModelOption;
import puna.cli.command.Numbers;
import puna.cli.command.Progress;
import puna.cli.command.PunaCommand;
import puna.cli.command.Text;
import puna.cli.command.UsageException;
import puna.convert.FileType;
import puna.convert.GgufConversion;
import puna.format.ModelContents;
import puna.format.ModelFiles;
import puna.gguf.SplitLimit;
import puna.tensor.TensorType;

/// `puna convert`: writes a model of any format as GGUF.
@Command(
    name = "convert",
    description = {
      "Write a model as GGUF, with its tokenizer and chat template, and print the files: a folder of"
          + " safetensors, a checkpoint of Meta, a file of llama2.c, or a GGUF model with other types or"
          + " in other files.",
      "Without --as a GGUF model keeps its types, and others get 16 bits: BF16 where they have BF16 or 8"
          + " bits, else F16. Several files are called FILE-00001-of-0000N.gguf; the first one is the"
          + " model."
    },
    footer = {
      "",
      "Examples:",
      "  puna convert -m ~/models/SmolLM2-1.7B-Instruct -o smollm2.gguf",
      "  puna convert -m Llama-3.2-1B-BF16.gguf -o llama-q4.gguf --as q4_k",
      "  puna convert -m big.gguf -o big.gguf --split-max-size 4G",
      "  puna convert -m big-00001-of-00003.gguf -o whole.gguf"
    })
final class ConvertCommand extends PunaCommand {
  @Mixin private final ModelOption model = new ModelOption();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The file to write.")
  private Path output = Path.of("");

  @Option(
      names = "--as",
      paramLabel = "TYPE",
      description =
          "The type of the matrices, such as q8_0 or q4_k. What computes the answer's words keeps 6 bits"
              + " at least; vectors keep all.")
  private @Nullable String type;

  @Option(
      names = "--split-max-tensors",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Write several files of at most N tensors.")
  private @Nullable Integer splitTensors;

  @Option(
      names = "--split-max-size",
      paramLabel = "BYTES",
      converter = Numbers.Bytes.class,
      description =
          "Write several files of at most BYTES of tensors each; K, M and G may stand behind the number."
              + " A larger tensor has a file of its own.")
  private @Nullable Long splitBytes;

  @Option(names = "--force", description = "Write over files that are there.")
  private boolean force;

  ConvertCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    Optional<TensorType> wanted = type();
    SplitLimit limit = limit();
    Path path = model.file(console());
    try (ModelContents contents = ModelFiles.open(path);
        Progress progress = new Progress(console())) {
      GgufConversion conversion =
          GgufConversion.of(
              contents, wanted, (done, total) -> progress.update("Converting", done, total));
      List<Path> files = files(conversion, limit);
      requireFree(files, contents);
      requireRoom(conversion.tensorBytes());
      conversion.write(output, limit);
      files.forEach(file -> console().out().println(file.toString()));
    }
    return ExitCodes.OK;
  }

  private Optional<TensorType> type() {
    try {
      return Optional.ofNullable(type).map(FileType::named);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--as: " + e.getMessage());
    }
  }

  private SplitLimit limit() {
    if (splitTensors != null && splitBytes != null) {
      throw new UsageException("give --split-max-tensors or --split-max-size, not both");
    }
    if (splitBytes != null && splitBytes == 0) {
      throw new UsageException("--split-max-size must be at least 1");
    }
    return splitTensors != null
        ? SplitLimit.ofTensors(splitTensors)
        : splitBytes != null ? SplitLimit.ofBytes(splitBytes) : SplitLimit.NONE;
  }

  private List<Path> files(GgufConversion conversion, SplitLimit limit) {
    try {
      return conversion.files(output, limit);
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage() + ": let each hold more", e);
    }
  }

  private void requireFree(List<Path> files, ModelContents contents) throws IOException {
    for (Path file : files) {
      if (!Files.exists(file)) {
        continue;
      }
      for (Path own : contents.files()) {
        if (Files.isSameFile(file, own)) {
          throw new CommandException(
              file + ": is a file of the model that is read: write to another");
        }
      }
      if (!force || !Files.isRegularFile(file)) {
        throw new CommandException(
            Files.isRegularFile(file)
                ? file + ": is there already: give --force to write over it"
                : file + ": is there already and is no file");
      }
    }
  }

  private void requireRoom(long bytes) throws IOException {
    Path folder = output.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new CommandException(output + ": must be in a folder that exists");
    }
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < bytes) {
      throw new CommandException(
          "%s: the model takes %s, %s are free there"
              .formatted(output, Text.bytes(bytes), Text.bytes(free)));
    }
  }
}
