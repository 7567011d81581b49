package puna.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.JsonOptions;
import puna.JsonOptions.Formats;
import puna.JsonOptions.MemberOrder;
import puna.JsonOptions.Objects;
import puna.JsonOptions.Spelling;
import puna.JsonOptions.Strictness;
import puna.JsonOptions.Whitespace;
import puna.cli.command.Numbers;
import puna.cli.command.UsageException;

/// How an answer in JSON is written.
final class JsonMixin {
  @Option(
      names = "--lenient",
      description =
          "Leave out what cannot be kept of the schema, with a warning for each keyword, instead of"
              + " refusing it.")
  private boolean lenient;

  @Option(
      names = "--member-order",
      paramLabel = "ORDER",
      description = "Members of objects in any order, or as the schema lists them: any, schema.")
  private @Nullable MemberOrder memberOrder;

  @Option(
      names = "--objects",
      paramLabel = "WHICH",
      description =
          "Whether objects may have members that the schema does not speak of: open, closed.")
  private @Nullable Objects objects;

  @Option(
      names = "--whitespace",
      paramLabel = "WHICH",
      description =
          "Blanks in the JSON: flexible, spaced (one behind commas and colons), compact (none).")
  private @Nullable Whitespace whitespace;

  @Option(
      names = "--spelling",
      paramLabel = "WHICH",
      description =
          "Strings and integers in any way that JSON has, or without needless escapes and points:"
              + " any, plain.")
  private @Nullable Spelling spelling;

  @Option(
      names = "--formats",
      paramLabel = "WHICH",
      description = "Whether strings have their schema's format: asserted, or remarks.")
  private @Nullable Formats formats;

  @Option(
      names = "--max-integer-digits",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Most digits of a number before its point.")
  private @Nullable Integer integerDigits;

  @Option(
      names = "--max-fraction-digits",
      paramLabel = "N",
      converter = Numbers.NonNegative.class,
      description = "Most digits of a number behind its point.")
  private @Nullable Integer fractionDigits;

  @Option(
      names = "--max-string-length",
      paramLabel = "N",
      converter = Numbers.NonNegative.class,
      description = "Most characters of a string or name that the schema does not bound.")
  private @Nullable Integer stringLength;

  @Option(
      names = "--max-items",
      paramLabel = "N",
      converter = Numbers.NonNegative.class,
      description = "Most elements of an array that the schema does not bound.")
  private @Nullable Integer items;

  @Option(
      names = "--ends-within",
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description =
          "End the JSON, complete, within N tokens (below --max-tokens, which cuts it off).")
  private @Nullable Integer endsWithin;

  /// @throws UsageException when a number is out of its range
  JsonOptions options() {
    try {
      JsonOptions made = lengths(JsonOptions.defaults());
      made = lenient ? made.withStrictness(Strictness.LENIENT) : made;
      made = memberOrder == null ? made : made.withMemberOrder(memberOrder);
      made = objects == null ? made : made.withObjects(objects);
      made = whitespace == null ? made : made.withWhitespace(whitespace);
      made = spelling == null ? made : made.withSpelling(spelling);
      return formats == null ? made : made.withFormats(formats);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private JsonOptions lengths(JsonOptions options) {
    JsonOptions made = options;
    made = integerDigits == null ? made : made.withMaxIntegerDigits(integerDigits);
    made = fractionDigits == null ? made : made.withMaxFractionDigits(fractionDigits);
    made = stringLength == null ? made : made.withMaxStringLength(stringLength);
    made = items == null ? made : made.withMaxItems(items);
    return endsWithin == null ? made : made.withEndsWithin(endsWithin);
  }
}
