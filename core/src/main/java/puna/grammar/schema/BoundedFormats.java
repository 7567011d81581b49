package puna.grammar.schema;

import java.util.Optional;

/// Formats together with a largest length. A length is an automaton that multiplies with the
/// format's; here each part of the text has a length of its own instead, and their sum stays below.
/// Texts that spend nearly all of the length on one part are left out.
final class BoundedFormats {
  private static final int SHORTEST = 64;
  private static final String SIMPLE_LABEL = "[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*";
  private static final String SIMPLE_HOST = SIMPLE_LABEL + "(?:\\." + SIMPLE_LABEL + ")*";
  private static final String SIMPLE_EMAIL =
      Formats.ATOM + "+(?:\\." + Formats.ATOM + "+)*@" + SIMPLE_HOST;
  private static final int LONGEST_PART = 400;

  private BoundedFormats() {}

  /// The anchored expression of a format's texts up to a length; nothing where the format has none
  /// or the length is short enough to be counted.
  static Optional<String> expression(String format, int longest) {
    String body =
        switch (format) {
          case "hostname" -> isCounted(longest) ? SIMPLE_HOST : longest < 253 ? host(longest) : "";
          case "email" ->
              isCounted(longest) ? SIMPLE_EMAIL : longest < 10_000 ? email(longest) : "";
          case "uri" ->
              isCounted(longest) || longest == Integer.MAX_VALUE ? "" : address(longest, true);
          case "uri-reference" ->
              isCounted(longest) || longest == Integer.MAX_VALUE ? "" : address(longest, false);
          default -> "";
        };
    return body.isEmpty() ? Optional.empty() : Optional.of("^(?:" + body + ")$");
  }

  /// True where the texts of a format are never longer.
  static boolean isImplied(String format, int longest) {
    return format.equals("hostname") && longest >= 253;
  }

  /// True where the length is counted beside the expression, for it is short.
  static boolean isCounted(int longest) {
    return longest < SHORTEST;
  }

  private static String email(int longest) {
    int local = Math.min(64, longest / 3);
    int part = Math.max(1, local / 3 - 1);
    String atom = Formats.ATOM;
    return "(?:%s{1,%s}|%s{1,%s}(?:\\.%s{1,%s}){0,2})@(?:%s)"
        .formatted(
            atom,
            Math.max(1, local),
            atom,
            part,
            atom,
            part,
            host(longest - 1 - Math.max(5, local)));
  }

  private static String host(int longest) {
    int most = Math.min(253, longest);
    StringBuilder all = new StringBuilder(label(Math.min(63, most)));
    for (int labels : new int[] {2, 3, 5, 8}) {
      int each = Math.min(63, (most - labels + 1) / labels);
      if (each >= 1) {
        all.append("|%s(?:\\.%s){0,%s}".formatted(label(each), label(each), labels - 1));
      }
    }
    int first = Math.min(63, most / 2);
    int each = (most - first - 4) / 4;
    if (each >= 1) {
      all.append("|%s(?:\\.%s){0,4}".formatted(label(first), label(each)));
    }
    return all.toString();
  }

  private static String label(int longest) {
    return longest < 2 ? "[A-Za-z0-9]" : Formats.label(longest);
  }

  private static String address(int longest, boolean absolute) {
    String common = "-A-Za-z0-9._~!$&'()*+,;=";
    String escape = "%[0-9A-Fa-f]{2}";
    int host = Math.min(120, longest / 4);
    int part = Math.min(LONGEST_PART, (longest - 12 - 3 - host - 6 - 4) / 3);
    String path = part("[" + common + ":@/]", escape, part - 2);
    String query = part("[" + common + ":@/?]", escape, part);
    String fragment = part("[" + common + ":@/?]", escape, part / 2);
    String authority =
        "//(?:[%s:]{0,%s}@)?[%s]{0,%s}(?::[0-9]{0,5})?(?:/%s)?"
            .formatted(common, host / 4, common, host - host / 4 - 1, path);
    String rooted = "/(?:[" + common + ":@]" + path + ")?";
    String tail = "(?:\\?" + query + ")?(?:#" + fragment + ")?";
    String full =
        "[A-Za-z][A-Za-z0-9+.-]{0,10}:(?:%s|%s|[%s:@]%s)?%s"
            .formatted(authority, rooted, common, path, tail);
    String relative =
        "(?:%s|%s|[%s@]{1,%s}(?:/%s)?)?%s".formatted(authority, rooted, common, host, path, tail);
    return absolute ? full : "(?:" + full + "|" + relative + ")";
  }

  /// Characters up to a length, or a third of them where some are escaped.
  private static String part(String characters, String escape, int longest) {
    int units = Math.min(64, longest / 3);
    return "(?:%s{0,%s}|(?:%s|%s){0,%s})".formatted(characters, longest, characters, escape, units);
  }
}
