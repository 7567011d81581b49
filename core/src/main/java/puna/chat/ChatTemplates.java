package puna.chat;

import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;
import puna.chat.template.Template;
import puna.chat.template.TemplateException;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;

/// The choice of a chat format for a model: the template of its own file; where that has none, the
/// format whose special tokens its vocabulary has.
@SuppressWarnings("exports") // metadata is at hand only inside the project
public final class ChatTemplates {
  private static final String DEFAULT_KEY = "tokenizer.chat_template";
  private static final String TOOLS_KEY = "tokenizer.chat_template.tool_use";

  private ChatTemplates() {}

  /// The format of the model with this metadata, by today's date where the format has one.
  ///
  /// @param warnings is told what is odd in the template and yet of no harm
  public static Optional<ChatTemplate> choose(
      Metadata metadata, Tokenizer tokenizer, ModelWarnings warnings) {
    return choose(metadata, tokenizer, Clock.system(ZoneId.systemDefault()), warnings);
  }

  /// The same, with a clock for the formats that name today's date.
  public static Optional<ChatTemplate> choose(
      Metadata metadata, Tokenizer tokenizer, Clock clock, ModelWarnings warnings) {
    Optional<String> plain = metadata.string(DEFAULT_KEY);
    Optional<String> withTools = metadata.string(TOOLS_KEY);
    if (plain.isEmpty() && withTools.isEmpty()) {
      return HandwrittenFormats.byVocabulary(tokenizer, clock);
    }
    String source = plain.or(() -> withTools).orElseThrow();
    try {
      return Optional.of(
          new ParsedTemplate(
              Family.of(source, tokenizer, clock),
              new ParsedTemplate.Variants(Template.parse(source), withTools.map(Template::parse)),
              tokenizer,
              clock));
    } catch (TemplateException e) {
      return Optional.of(
          HandwrittenFormats.byTemplate(source, tokenizer, clock)
              .orElseGet(() -> new UnusableTemplate(String.valueOf(e.getMessage()))));
    }
  }

  /// The text of a model's template, the one for tools where it has several; empty for none.
  public static String source(Metadata metadata) {
    return metadata.string(TOOLS_KEY).or(() -> metadata.string(DEFAULT_KEY)).orElse("");
  }

  /// The format that a template makes, whatever the model's file says.
  ///
  /// @throws ChatTemplateException when the template breaks a rule of its language
  public static ChatTemplate parse(String source, Tokenizer tokenizer, Clock clock) {
    try {
      return new ParsedTemplate(
          Family.of(source, tokenizer, clock),
          new ParsedTemplate.Variants(Template.parse(source), Optional.empty()),
          tokenizer,
          clock);
    } catch (TemplateException e) {
      throw new ChatTemplateException("chat template, " + e.getMessage());
    }
  }
}
