package puna.server.work;

import puna.JsonOptions;
import puna.JsonOptions.Escapes;

/// How answers in JSON are written for clients: small models that may write any JSON escape letters
/// that need it not, and write zeros until they are cut off.
public final class JsonForms {
  private static final int MOST_BOUND = 1_000_000; // tokens

  private JsonForms() {}

  /// Names and constants as the schema has them.
  public static JsonOptions plain() {
    return JsonOptions.defaults().withEscapes(Escapes.NEEDED);
  }

  /// The same, ending before an answer of so many tokens is cut off. A form that may need more of
  /// them is refused when the answer begins.
  public static JsonOptions within(int mostTokens) {
    return plain().withEndsWithin(Math.clamp(mostTokens - 1L, 1, MOST_BOUND));
  }
}
