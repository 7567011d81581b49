package puna.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import puna.chat.format.ChatTemplate;
import puna.chat.format.ChatTemplates;
import puna.chat.template.Template;
import puna.chat.template.python.TemplateException;
import puna.chat.tools.ToolSupport;
import puna.cli.command.CommandException;
import puna.format.ModelContents;
import puna.format.ModelFiles;
import puna.hub.ModelStore;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;

/// Where `puna template` takes its template from: a model, or a file of its own.
final class TemplateSource {
  private TemplateSource() {}

  /// A model's template with what stands beside it.
  ///
  /// @param tools how the template is given tools, calls and results
  record Chat(ChatTemplate template, Tokenizer tokenizer, ToolSupport tools) {}

  static boolean isBare(@Nullable String name) {
    return name != null && name.endsWith(".jinja");
  }

  /// A template, bare or a model's own.
  ///
  /// @throws CommandException when the model has none, or it cannot be parsed
  static Template parse(@Nullable String name) throws IOException {
    if (name != null && isBare(name)) {
      try (InputStream stream = TextFile.open(Path.of(name))) {
        return parse(new Utf8Input(stream, name).readAll(), name);
      }
    }
    try (ModelContents source = open(name)) {
      String text =
          source
              .metadata()
              .string("tokenizer.chat_template")
              .orElseThrow(() ->
                  new CommandException(source.origin() + ": this model has no chat template"));
      return parse(text, source.origin() + ": tokenizer.chat_template");
    }
  }

  private static Template parse(String text, String origin) {
    try {
      return Template.parse(text);
    } catch (TemplateException e) {
      throw new CommandException(origin + ": " + e.getMessage(), e);
    }
  }

  /// @throws CommandException when no format is known for the model
  static Chat open(@Nullable String name, Clock clock) {
    try (ModelContents source = open(name)) {
      ModelWarnings warnings = new ModelWarnings();
      Tokenizer tokenizer = source.tokenizer(warnings);
      ChatTemplates.Chosen chosen = source.chat(tokenizer, clock, warnings);
      warnings.log(System.getLogger("puna.cli"), source.origin());
      ChatTemplate template =
          chosen
              .format()
              .orElseThrow(() ->
                  new CommandException(
                      source.origin() + ": this model has no chat format that Puna knows"));
      return new Chat(
          template, tokenizer, ToolSupport.of(chosen.format(), chosen.source(), source.origin()));
    }
  }

  private static ModelContents open(@Nullable String name) {
    return ModelFiles.open(
        ModelStore.standard().resolve(name == null ? ModelStore.DEFAULT_MODEL : name));
  }
}
