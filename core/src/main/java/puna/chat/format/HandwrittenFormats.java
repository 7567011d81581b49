package puna.chat.format;

import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import puna.chat.format.HeaderTemplate.Marks;
import puna.chat.format.HeaderTemplate.Trim;
import puna.chat.format.MistralTemplate.Version;
import puna.token.Tokenizer;

/// The formats of the Llama family as this project knows them without a template: chosen by the
/// marks in the text of a template that cannot be used itself, or by the special tokens of a
/// vocabulary.
final class HandwrittenFormats {
  private static final String DATE_PREAMBLE = "Cutting Knowledge Date";
  private static final String DEFAULT_DATE = "26 Jul 2024";
  private static final Pattern DATE =
      Pattern.compile("date_string\\s*=\\s*[\"']([0-9A-Za-z ]{1,40})[\"']");
  private static final DateTimeFormatter DAY_MONTH_YEAR =
      DateTimeFormatter.ofPattern("dd MMM yyyy", Locale.ENGLISH);
  // A literal that opens with a whole system message: what the template says where there is none.
  private static final Pattern DEFAULT_SYSTEM =
      Pattern.compile("['\"]<\\|im_start\\|>system(?:\n|\\\\n)([^{}'\"<>]{1,2000})<\\|im_end\\|>");

  private HandwrittenFormats() {}

  /// The format whose marks a template has.
  static Optional<ChatTemplate> byTemplate(String template, Tokenizer tokenizer, Clock clock) {
    if (template.contains(Marks.LLAMA4.headerStart())) {
      return Optional.of(llama4(tokenizer));
    }
    if (template.contains(Marks.LLAMA3.headerStart())) {
      return Optional.of(llama3(template, tokenizer, clock));
    }
    if (template.contains(ChatMlTemplate.START)) {
      return Optional.of(chatMl(template, tokenizer));
    }
    if (template.contains("<<SYS>>")) {
      return Optional.of(new Llama2Template(tokenizer));
    }
    if (template.contains("[INST]")) {
      return mistral(template).map(version -> new MistralTemplate(tokenizer, version));
    }
    if (template.contains("<|user|>") && template.contains("eos_token")) {
      return Optional.of(new ZephyrTemplate(tokenizer, bos(template, tokenizer)));
    }
    return Optional.empty();
  }

  /// The format whose marks a vocabulary has.
  static Optional<ChatTemplate> byVocabulary(Tokenizer tokenizer, Clock clock) {
    if (tokenizer.special(Marks.LLAMA4.headerStart()).isPresent()) {
      return Optional.of(llama4(tokenizer));
    }
    if (tokenizer.special(Marks.LLAMA3.headerStart()).isPresent()) {
      return Optional.of(llama3("", tokenizer, clock));
    }
    if (tokenizer.special(ChatMlTemplate.START).isPresent()) {
      return Optional.of(chatMl("", tokenizer));
    }
    if (tokenizer.special("[INST]").isPresent()) {
      return Optional.of(new MistralTemplate(tokenizer, Version.V3));
    }
    return Optional.empty();
  }

  private static ChatTemplate llama4(Tokenizer tokenizer) {
    return new HeaderTemplate(
        tokenizer,
        new HeaderTemplate.Style(
            "llama4",
            Marks.LLAMA4,
            Trim.FIRST_SYSTEM_MESSAGE,
            Optional.empty(),
            Optional.of("ipython")));
  }

  private static ChatTemplate llama3(String template, Tokenizer tokenizer, Clock clock) {
    boolean dated = template.contains(DATE_PREAMBLE);
    return new HeaderTemplate(
        tokenizer,
        new HeaderTemplate.Style(
            dated ? "llama3.1" : "llama3",
            Marks.LLAMA3,
            Trim.EVERY_MESSAGE,
            dated ? Optional.of(date(template, clock)) : Optional.empty(),
            dated ? Optional.of("ipython") : Optional.empty()));
  }

  private static Supplier<String> date(String template, Clock clock) {
    if (template.contains("strftime_now")) {
      return () -> DAY_MONTH_YEAR.format(LocalDate.now(clock));
    }
    Matcher matcher = DATE.matcher(template);
    String fixed = matcher.find() ? matcher.group(1) : DEFAULT_DATE;
    return () -> fixed;
  }

  /// ChatML, with the BOS and the system message of a template that has its marks.
  static ChatTemplate chatMl(String template, Tokenizer tokenizer) {
    Matcher matcher = DEFAULT_SYSTEM.matcher(template);
    Optional<String> system = matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    return new ChatMlTemplate(
        tokenizer, new ChatMlTemplate.Style(bos(template, tokenizer), system));
  }

  private static Optional<Version> mistral(String template) {
    if (template.contains("[SYSTEM_PROMPT]")) {
      return Optional.empty();
    }
    if (template.contains("\" [INST] \"") || template.contains("' [INST] '")) {
      return Optional.of(Version.V1);
    }
    if (!template.contains("[AVAILABLE_TOOLS]")) {
      return Optional.of(Version.EARLY);
    }
    return Optional.of(template.contains("\"[INST]\"") ? Version.V3_TEKKEN : Version.V3);
  }

  /// BOS where the template prints it, or else where the vocabulary asks for it.
  private static Bos bos(String template, Tokenizer tokenizer) {
    return template.contains("bos_token") || tokenizer.addsBos() ? Bos.PRESENT : Bos.ABSENT;
  }
}
