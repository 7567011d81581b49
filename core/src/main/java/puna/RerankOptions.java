package puna;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.EmbeddingOptions.LongTexts;
import puna.error.JsonException;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.options.Option;
import puna.options.OptionValues;

/// How documents are ranked by a query.
///
/// Immutable: each `with…` method returns a copy with one option set.
public final class RerankOptions {
  /// The prompt where [#withTemplate] is not used and the model has no rank head.
  public static final String DEFAULT_TEMPLATE =
      "Does the document answer the query? Answer with yes or no alone.\n\nQuery: {query}\n\nDocument: {document}\n\nAnswer (yes or no):";

  static final String QUERY = "{query}";
  static final String DOCUMENT = "{document}";

  private static final Option<String> TEMPLATE =
      Option.<String>of("template", JsonString::new, Option::readText)
          .keeping(RerankOptions::requireTemplate);
  private static final List<Option<?>> ALL =
      List.of(
          TEMPLATE,
          EmbeddingOptions.LONG_TEXTS,
          AnswerOptions.PRIORITY,
          AnswerOptions.CALLER,
          AnswerOptions.DEADLINE);

  private final OptionValues values;

  private RerankOptions(OptionValues values) {
    this.values = values;
  }

  /// Options of which none is set.
  public static RerankOptions defaults() {
    return new RerankOptions(OptionValues.none());
  }

  private static void requireTemplate(String template) {
    if (count(template, QUERY) != 1 || count(template, DOCUMENT) != 1) {
      throw new IllegalArgumentException(
          "template must hold {query} and {document} once each, found '%s'".formatted(template));
    }
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  private <T> RerankOptions with(Option<T> option, T value) {
    return new RerankOptions(values.with(option, value));
  }

  /// The text that the model reads of a query and a document. In a model without a rank head it
  /// must ask for yes or no; it is then a user's message, where the model has a chat template. Put
  /// the query first: what all texts begin with is read once. Default: [#DEFAULT_TEMPLATE]; with a
  /// rank head the query, EOS or a line end, and the document.
  ///
  /// @param value with `{query}` and `{document}` once each
  public RerankOptions withTemplate(String value) {
    return with(TEMPLATE, value);
  }

  /// What happens where a document makes the text longer than the context window. Default: it is
  /// refused.
  public RerankOptions withLongTexts(LongTexts value) {
    return with(EmbeddingOptions.LONG_TEXTS, value);
  }

  /// How urgent it is beside other requests. Default: normal.
  public RerankOptions withPriority(Priority value) {
    return with(AnswerOptions.PRIORITY, value);
  }

  /// On whose behalf it is: callers get equal shares. Default: nobody's that is named.
  ///
  /// @param value not blank
  public RerankOptions withCaller(String value) {
    return with(AnswerOptions.CALLER, value);
  }

  /// How long all documents of a call may take. Default: as long as it takes.
  ///
  /// @param value at least a millisecond; fractions of one do not count
  public RerankOptions withDeadline(Duration value) {
    return with(AnswerOptions.DEADLINE, value.truncatedTo(ChronoUnit.MILLIS));
  }

  /// Empty when unset.
  public Optional<String> template() {
    return values.get(TEMPLATE);
  }

  /// Empty when unset.
  public Optional<LongTexts> longTexts() {
    return values.get(EmbeddingOptions.LONG_TEXTS);
  }

  /// Empty when unset.
  public Optional<Priority> priority() {
    return values.get(AnswerOptions.PRIORITY);
  }

  /// Empty when unset.
  public Optional<String> caller() {
    return values.get(AnswerOptions.CALLER);
  }

  /// Empty when unset.
  public Optional<Duration> deadline() {
    return values.get(AnswerOptions.DEADLINE);
  }

  /// The options that are set, as the members of one object: `template`, `long_texts`, `priority`,
  /// `caller`, `deadline_ms`.
  public JsonObject toJson() {
    return values.toJson();
  }

  /// Options from JSON as [#toJson] writes it.
  ///
  /// @throws JsonException when there is no option of a member's name, or its value is not allowed;
  ///   the message has the member's path
  public static RerankOptions fromJson(JsonObject json) {
    return new RerankOptions(OptionValues.fromJson(json, ALL));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RerankOptions options && values.equals(options.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /// What is set.
  @Override
  public String toString() {
    return "RerankOptions" + values;
  }
}
