package puna.server.work;

import puna.JsonOptions;
import puna.JsonOptions.MemberOrder;
import puna.JsonOptions.Objects;
import puna.JsonOptions.Spelling;

/// How answers in JSON are written for clients of every dialect: as people write them. Small models
/// that may write all that JSON and a schema allow escape letters that need it not, add members
/// that nobody named, and write digits until they are cut off.
public final class JsonForms {
  private static final int MOST_BOUND = 1_000_000; // tokens
  private static final int MOST_DIGITS = 16; // behind the point: what a double has

  private JsonForms() {}

  /// Members in the schema's order and no others, unless it speaks of them; plain spelling.
  public static JsonOptions plain() {
    return JsonOptions.defaults()
        .withMemberOrder(MemberOrder.SCHEMA)
        .withObjects(Objects.CLOSED)
        .withSpelling(Spelling.PLAIN)
        .withMaxFractionDigits(MOST_DIGITS);
  }

  /// The same, ending before an answer of so many tokens is cut off. A form that may need more of
  /// them is refused when the answer begins.
  public static JsonOptions within(int mostTokens) {
    return plain().withEndsWithin(Math.clamp(mostTokens - 1L, 1, MOST_BOUND));
  }
}
