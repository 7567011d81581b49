package puna.format;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import puna.chat.format.ChatTemplates;
import puna.checkpoint.Checkpoint;
import puna.error.ModelFormatException;
import puna.gguf.MetadataType;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.tensor.Tensor;
import puna.token.Tokenizer;
import puna.token.model.IdsAlone;

/// A checkpoint that is no GGUF file, with the tokenizer that lies beside it.
record CheckpointContents(
    Checkpoint checkpoint,
    Supplier<Tokenizer> tokenizer,
    Supplier<SequencedMap<String, Object>> keys)
    implements ModelContents {
  private static final String TEMPLATE = "tokenizer.chat_template";

  /// Opens a tokenizer's file.
  interface TokenizerOpener {
    /// @param vocabulary how many ids the model has
    Tokenizer open(Path file, int vocabulary);
  }

  /// Tells a tokenizer by GGUF's keys.
  interface TokenizerTeller {
    /// @param vocabulary how many ids the model has
    /// @param templates keys of chat templates
    SequencedMap<String, Object> keys(
        Path file, int vocabulary, SequencedMap<String, Object> templates);
  }

  /// What becomes of a tokenizer's file.
  record TokenizerUse(TokenizerOpener opener, TokenizerTeller teller) {}

  /// @param tokenizer its file; where there is none, ids alone are understood
  /// @param lack what a refusal of text says then
  static CheckpointContents of(
      Checkpoint checkpoint, Optional<Path> tokenizer, TokenizerUse use, String lack) {
    return new CheckpointContents(
        checkpoint,
        () -> {
          int vocabulary = vocabulary(checkpoint);
          return tokenizer
              .map(file -> use.opener.open(file, vocabulary))
              .orElseGet(() -> new IdsAlone(vocabulary, checkpoint.origin() + ": has " + lack));
        },
        () -> {
          Path file =
              tokenizer.orElseThrow(() ->
                  new ModelFormatException(
                      "%s: a GGUF file must hold a tokenizer, found %s"
                          .formatted(checkpoint.origin(), lack)));
          return use.teller.keys(file, vocabulary(checkpoint), templates(checkpoint.metadata()));
        });
  }

  private static int vocabulary(Checkpoint checkpoint) {
    return Math.toIntExact(checkpoint.find("token_embd.weight").orElseThrow().shape().rows());
  }

  /// The keys of templates in the order of files: those with names, their names, the usual one.
  private static SequencedMap<String, Object> templates(Metadata metadata) {
    SequencedMap<String, Object> templates = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    metadata
        .values()
        .forEach((key, text) -> {
          if (key.startsWith(TEMPLATE + '.')) {
            String name = key.substring(TEMPLATE.length() + 1).replaceAll("[^A-Za-z0-9]", "_");
            templates.put(TEMPLATE + '.' + name, text);
            names.add(name);
          }
        });
    if (!names.isEmpty()) {
      templates.put(TEMPLATE + 's', List.copyOf(names));
    }
    metadata.stringIfAny(TEMPLATE).ifPresent(text -> templates.put(TEMPLATE, text));
    return templates;
  }

  @Override
  public String origin() {
    return checkpoint.origin();
  }

  @Override
  public List<Path> files() {
    return checkpoint.files().paths();
  }

  @Override
  public Metadata metadata() {
    return checkpoint.metadata();
  }

  @Override
  public SequencedMap<String, Tensor> tensors() {
    return checkpoint.tensors();
  }

  @Override
  public Tokenizer tokenizer(ModelWarnings warnings) {
    return tokenizer.get();
  }

  @Override
  public ChatTemplates.Chosen chat(Tokenizer chosen, Clock clock, ModelWarnings warnings) {
    return ChatTemplates.chosen(metadata(), chosen, clock, warnings);
  }

  @Override
  public Optional<Map<String, MetadataType>> storedTypes() {
    return Optional.empty();
  }

  @Override
  public SequencedMap<String, Object> tokenizerKeys() {
    return keys.get();
  }

  @Override
  public void map() {
    checkpoint.files().map();
  }

  @Override
  public void requireUnchanged() {
    checkpoint.files().requireUnchanged();
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
