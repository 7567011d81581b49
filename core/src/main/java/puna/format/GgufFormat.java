package puna.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import puna.chat.format.ChatTemplates;
import puna.gguf.GgufFile;
import puna.gguf.GgufPlace;
import puna.gguf.MetadataType;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.tensor.Tensor;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// GGUF: tensors, hyper-parameters, tokenizer and chat templates in one file, whole or split.
final class GgufFormat implements ModelFormat {
  private static final List<String> OTHERS = List.of("config.json", "params.json");

  @Override
  public String name() {
    return "GGUF";
  }

  @Override
  public boolean recognises(Path path) {
    if (Files.isDirectory(path)) {
      // Other formats' folders may hold such a file beside their own.
      return OTHERS.stream().noneMatch(name -> Files.exists(path.resolve(name)))
          && GgufPlace.isIn(path);
    }
    byte[] magic = "GGUF".getBytes(StandardCharsets.US_ASCII);
    try (InputStream stream = Files.newInputStream(path)) {
      return Arrays.equals(stream.readNBytes(magic.length), magic);
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public ModelContents open(Path file) {
    return new Source(GgufFile.open(GgufPlace.firstFile(file)));
  }

  @Override
  public Metadata glance(Path file) {
    return GgufFile.beginning(GgufPlace.firstFile(file));
  }

  private record Source(GgufFile file) implements ModelContents {
    @Override
    public String origin() {
      return file.origin();
    }

    @Override
    public List<Path> files() {
      return file.files();
    }

    @Override
    public Metadata metadata() {
      return file.metadata();
    }

    @Override
    public SequencedMap<String, Tensor> tensors() {
      return file.tensors();
    }

    @Override
    public Tokenizer tokenizer(ModelWarnings warnings) {
      return TokenizerFiles.from(file.metadata(), warnings);
    }

    @Override
    public ChatTemplates.Chosen chat(Tokenizer tokenizer, Clock clock, ModelWarnings warnings) {
      return ChatTemplates.chosen(file.metadata(), tokenizer, clock, warnings);
    }

    @Override
    public Optional<Map<String, MetadataType>> storedTypes() {
      return Optional.of(file.types());
    }

    @Override
    public SequencedMap<String, Object> tokenizerKeys() {
      return Collections.emptyNavigableMap(); // they are among the metadata
    }

    @Override
    public void map() {
      file.map();
    }

    @Override
    public void requireUnchanged() {
      file.requireUnchanged();
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
