package puna;

/// Opens a model: reference → file → tokenizer, back end, weights → engine.
final class ModelLoader {
  private ModelLoader() {}

  /// @throws puna.tensor.ModelFormatException when a file breaks a rule of its format
  /// @throws java.io.UncheckedIOException when a file cannot be read
  static LoadedModel load(LlamaOptions options) {
    throw new UnsupportedOperationException("no loader for " + options.model());
  }
}
