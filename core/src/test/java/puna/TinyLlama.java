package puna;

import java.nio.file.Path;
import java.util.Optional;
import puna.chat.format.ChatTemplate;
import puna.chat.tools.ToolSupport;
import puna.engine.Engine;
import puna.model.Decoder;
import puna.sample.SamplingOptions;
import puna.token.Tokenizer;

/// Models around a decoder that a test made.
final class TinyLlama {
  private TinyLlama() {}

  static Llama open(Decoder decoder, Tokenizer tokenizer) {
    return new Llama(load(decoder, tokenizer, () -> {}));
  }

  /// A model that thinks before it answers.
  static Llama thinking(Decoder decoder, Tokenizer tokenizer, ThinkingTemplate template) {
    LoadedModel plain = load(decoder, tokenizer, () -> {});
    Optional<ChatTemplate> own = Optional.of(template);
    return new Llama(
        new LoadedModel(
            plain.engine(),
            tokenizer,
            own,
            ToolSupport.of(own, ThinkingTemplate.SOURCE, "tiny.gguf"),
            new ReasoningSupport(tokenizer, own, ThinkingTemplate.SOURCE),
            ReadingSupport.PLAIN,
            plain.grammars(),
            plain.info(),
            plain.release()));
  }

  /// @param release runs when the model is closed
  static LoadedModel load(Decoder decoder, Tokenizer tokenizer, Runnable release) {
    Optional<ChatTemplate> template = Optional.of(new TinyTemplate());
    int context = decoder.config().context();
    return new LoadedModel(
        new Engine(decoder, context, 8), tokenizer, template, info(context, "turns"), release);
  }

  /// What a model tells of itself.
  ///
  /// @param template the name of its chat template
  static ModelInfo info(int context, String template) {
    return new ModelInfo(
        new ModelInfo.Facts(
            "tiny",
            Path.of("tiny.gguf"),
            "llama",
            1,
            1,
            64,
            context,
            context,
            Optional.of(template),
            "",
            SamplingOptions.metaDefaults(),
            "none",
            "",
            5));
  }
}
