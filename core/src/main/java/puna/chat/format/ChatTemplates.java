package puna.chat.format;

import java.time.Clock;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import puna.chat.template.Template;
import puna.chat.template.python.RenderedText;
import puna.chat.template.python.TemplateException;
import puna.error.ChatTemplateException;
import puna.json.JsonValue.JsonObject;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;

/// The choice of a chat format for a model: the template of its own file; where that has none, the
/// format whose special tokens its vocabulary has.
@SuppressWarnings("exports") // metadata is at hand only inside the project
public final class ChatTemplates {
  /// Variables whose text counts as the template's own.
  static final Set<String> TRUSTED = Set.of("bos_token", "eos_token");

  private static final Pattern FUNCTIONS = Pattern.compile("\\b(functions|datetime)\\b");

  private ChatTemplates() {}

  /// What was chosen for a model.
  ///
  /// @param format empty where none is known for it
  /// @param source the text of the file's template, the one for tools where it has several; empty
  ///   for none
  public record Chosen(Optional<ChatTemplate> format, String source) {}

  /// The format of the model with this metadata, by today's date where the format has one, with the
  /// text that it comes from.
  ///
  /// @param warnings is told what is odd in the template and yet of no harm
  public static Chosen chosen(Metadata metadata, Tokenizer tokenizer, ModelWarnings warnings) {
    return chosen(metadata, tokenizer, Clock.system(ZoneId.systemDefault()), warnings);
  }

  /// As the other, by a clock's date.
  public static Chosen chosen(
      Metadata metadata, Tokenizer tokenizer, Clock clock, ModelWarnings warnings) {
    FileTemplates file = FileTemplates.of(metadata, warnings);
    return new Chosen(choose(file, tokenizer, clock, warnings), source(file));
  }

  /// The format of the model with this metadata.
  ///
  /// @param clock for the formats that name today's date
  /// @param warnings is told what is odd in the template and yet of no harm
  public static Optional<ChatTemplate> choose(
      Metadata metadata, Tokenizer tokenizer, Clock clock, ModelWarnings warnings) {
    return choose(FileTemplates.of(metadata, warnings), tokenizer, clock, warnings);
  }

  private static Optional<ChatTemplate> choose(
      FileTemplates file, Tokenizer tokenizer, Clock clock, ModelWarnings warnings) {
    Optional<ChatTemplate> format =
        file.main().isEmpty()
            ? byVocabulary(file, tokenizer, clock, warnings)
            : Optional.of(byFile(file, tokenizer, clock, warnings));
    format.ifPresent(chosen -> new MissingMarks(file, chosen, tokenizer).tell(warnings));
    return format;
  }

  private static String source(FileTemplates file) {
    return file.withTools().or(file::plain).map(FileTemplates.Source::text).orElse("");
  }

  private static Optional<ChatTemplate> byVocabulary(
      FileTemplates file, Tokenizer tokenizer, Clock clock, ModelWarnings warnings) {
    Optional<ChatTemplate> format = HandwrittenFormats.byVocabulary(tokenizer, clock);
    if (!file.others().isEmpty()) {
      warnings.add(
          "%s is missing beside %s, which chats do not go by: they %s"
              .formatted(
                  FileTemplates.PLAIN_KEY,
                  String.join(", ", file.others()),
                  insteadGoBy(format, "this vocabulary")));
    }
    return format;
  }

  private static ChatTemplate byFile(
      FileTemplates file, Tokenizer tokenizer, Clock clock, ModelWarnings warnings) {
    FileTemplates.Source main = file.main().orElseThrow();
    if (main.isWordChatMl()) {
      return HandwrittenFormats.chatMl("", tokenizer);
    }
    if (main.template().isEmpty()) {
      Optional<ChatTemplate> known = HandwrittenFormats.byTemplate(main.text(), tokenizer, clock);
      warnings.add(unparsed(main) + insteadGoBy(known, "its marks"));
      return known.orElseGet(() -> new UnusableTemplate(main.error()));
    }
    Optional<FileTemplates.Source> unusable =
        file.withTools().filter(source -> source.template().isEmpty());
    unusable.ifPresent(
        source -> warnings.add(unparsed(source) + "go by " + main.key() + " with tools too"));
    return new ParsedTemplate(
        Family.of(main.text(), tokenizer, clock),
        new ParsedTemplate.Variants(
            main.template().orElseThrow(),
            file.withTools().flatMap(FileTemplates.Source::template)),
        tokenizer,
        clock);
  }

  private static String unparsed(FileTemplates.Source source) {
    return "%s must be a chat template, found that %s: chats "
        .formatted(source.key(), source.error().replaceAll("\\s+", " "));
  }

  private static String insteadGoBy(Optional<ChatTemplate> format, String sign) {
    return format
        .map(known -> "go by the built-in format " + known.name())
        .orElse("are refused, since no format is known for " + sign);
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

  /// What a template prints for these variables; where it fails, for these and the ones of
  /// firefunction: it refuses even a plain chat without them, and templates that know their names
  /// for something else must not find them.
  public static RenderedText render(Template template, JsonObject variables, Clock clock) {
    try {
      return template.render(variables, TRUSTED, clock);
    } catch (TemplateException e) {
      if (!FUNCTIONS.matcher(template.source()).find()) {
        throw e;
      }
      try {
        return template.render(TemplateVariables.withFunctions(variables, clock), TRUSTED, clock);
      } catch (TemplateException _) {
        throw e;
      }
    }
  }
}
