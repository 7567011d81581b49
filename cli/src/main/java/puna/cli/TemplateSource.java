package puna.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import puna.chat.ChatTemplate;
import puna.chat.ChatTemplates;
import puna.gguf.GgufFile;
import puna.hub.ModelStore;
import puna.token.Tokenizer;
import puna.token.Tokenizers;

/// Where `puna template` takes its template from: a model, or a file of its own.
final class TemplateSource {
  private TemplateSource() {}

  /// A model's template with the tokenizer beside it.
  record Chat(ChatTemplate template, Tokenizer tokenizer) {}

  static boolean isBare(@Nullable String name) {
    return name != null && name.endsWith(".jinja");
  }

  /// The source text of a template, bare or a model's own.
  ///
  /// @throws CommandException when the model has none
  static String read(@Nullable String name) throws IOException {
    if (name != null && isBare(name)) {
      Path file = Path.of(name);
      try (InputStream stream = TextFile.open(file)) {
        return new Utf8Input(stream, name).readAll();
      }
    }
    try (GgufFile gguf = open(name)) {
      return gguf.metadata()
          .string("tokenizer.chat_template")
          .orElseThrow(
              () -> new CommandException(gguf.origin() + ": this model has no chat template"));
    }
  }

  /// @throws CommandException when no format is known for the model
  static Chat open(@Nullable String name, Clock clock) {
    try (GgufFile gguf = open(name)) {
      Tokenizer tokenizer = Tokenizers.from(gguf.metadata());
      return new Chat(
          ChatTemplates.choose(gguf.metadata(), tokenizer, clock)
              .orElseThrow(() ->
                  new CommandException(
                      gguf.origin() + ": this model has no chat format that Puna knows")),
          tokenizer);
    }
  }

  private static GgufFile open(@Nullable String name) {
    return GgufFile.open(
        ModelStore.standard().resolve(name == null ? ModelStore.DEFAULT_MODEL : name));
  }
}
