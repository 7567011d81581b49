package puna.grammar.schema;

import java.util.Map;
import java.util.Optional;

/// Regular expressions of the string formats that have an exact or a narrower grammar: what they
/// admit is always valid. Names of hosts are held to 7 labels of 29 characters.
final class Formats {
  private static final String DATE =
      "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
          + "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
          + "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)";
  private static final String TIME =
      "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?"
          + "(?:Z|[+-](?:0[0-9]|1[0-7]):[0-5][0-9])";
  private static final String LABEL = "[A-Za-z0-9](?:-?[A-Za-z0-9]){0,14}";
  private static final String HOST = LABEL + "(?:\\." + LABEL + "){0,6}";
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final String IPV4 = OCTET + "(?:\\." + OCTET + "){3}";
  private static final String PATH_CHARACTER = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
  private static final String QUERY = "(?:" + PATH_CHARACTER + "|[/?])*";
  private static final String POINTER = "(?:/(?:[^/~]|~[01])*)*";
  private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]";

  private static final Map<String, String> EXPRESSIONS =
      Map.ofEntries(
          Map.entry("date", DATE),
          Map.entry("time", TIME),
          Map.entry("date-time", DATE + "T" + TIME),
          Map.entry("duration", duration()),
          Map.entry("email", ATOM + "+(?:\\." + ATOM + "+)*@" + HOST),
          Map.entry("hostname", HOST),
          Map.entry("ipv4", IPV4),
          Map.entry("ipv6", ipv6()),
          Map.entry("uuid", "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
          Map.entry("uri", uri()),
          Map.entry("json-pointer", POINTER),
          Map.entry("relative-json-pointer", "(?:0|[1-9][0-9]{0,9})(?:#|" + POINTER + ")"));

  private Formats() {}

  /// The anchored expression of a format; nothing for one that stays a remark.
  static Optional<String> expression(String format) {
    return Optional.ofNullable(EXPRESSIONS.get(format)).map(body -> "^(?:" + body + ")$");
  }

  private static String duration() {
    String number = "[0-9]{1,9}";
    String time = "T(?:NH(?:NM(?:NS)?)?|NM(?:NS)?|NS)";
    String date = "(?:NY(?:NM(?:ND)?)?|NM(?:ND)?|ND)";
    return ("P(?:" + date + "(?:" + time + ")?|" + time + "|NW)").replace("N", number);
  }

  private static String ipv6() {
    StringBuilder all = new StringBuilder("(?:H:){7}H|::(?:H(?::H){0,6})?");
    for (int before = 1; before <= 6; before++) {
      all.append("|H(?::H){%s}::".formatted(before - 1));
      all.append("(?:H(?::H){0,%s})?".formatted(6 - before));
    }
    return all.append("|H(?::H){6}::").toString().replace("H", "[0-9A-Fa-f]{1,4}");
  }

  private static String uri() {
    String authority = "//" + HOST + "(?::[0-9]{1,5})?(?:/" + PATH_CHARACTER + "*)*";
    String path = "/?" + PATH_CHARACTER + "+(?:/" + PATH_CHARACTER + "*)*";
    return "[A-Za-z][A-Za-z0-9+.-]*:(?:"
        + authority
        + "|"
        + path
        + ")(?:\\?"
        + QUERY
        + ")?(?:#"
        + QUERY
        + ")?";
  }
}
