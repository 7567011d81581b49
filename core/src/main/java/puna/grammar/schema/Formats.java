package puna.grammar.schema;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Regular expressions of the string formats that have an exact or a narrower grammar: what they
/// admit is always valid.
///
/// Narrower are names of hosts (up to four labels of any length, more of them where they are
/// shorter, one of them an A-label of an internationalised name: see [AsciiLabels]), names of
/// internationalised hosts (letters alone) and what is made of them.
final class Formats {
  private static final String DATE =
      "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
          + "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
          + "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)";
  private static final String FRACTION = "(?:\\.[0-9]+)?";
  private static final String TIME =
      "(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
          + FRACTION
          + "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])|23:59:60"
          + FRACTION
          + "(?:[Zz]|[+-]00:00))";
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final String IPV4 = OCTET + "(?:\\." + OCTET + "){3}";
  static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]";
  private static final String QUOTED = "\"(?:[ !#-\\[\\]-~]|\\\\[ -~])*\"";
  private static final String POINTER = "(?:/(?:[^/~]|~[01])*)*";
  private static final String LETTER =
      "[a-z0-9\\u00DF-\\u00F6\\u00F8-\\u00FF\\u03AC-\\u03CE"
          + "\\u0430-\\u045F\\u3041-\\u3096\\u30A1-\\u30FA\\u30FC\\u4E00-\\u9FA5\\uAC00-\\uD7A3]";
  private static final String UCS =
      "\\u00A0-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFEF"
          + "\\u{10000}-\\u{1FFFD}\\u{20000}-\\u{2FFFD}\\u{30000}-\\u{3FFFD}";

  private static final Map<String, String> EXPRESSIONS =
      Map.ofEntries(
          Map.entry("date", DATE),
          Map.entry("time", TIME),
          Map.entry("date-time", DATE + "[Tt]" + TIME),
          Map.entry("duration", duration()),
          Map.entry("email", email(ATOM, QUOTED, host())),
          Map.entry("idn-email", email("[A-Za-z0-9!#$%&'*+/=?^_`{|}~" + UCS + "-]", QUOTED, idn())),
          Map.entry("hostname", named()),
          Map.entry("idn-hostname", idn()),
          Map.entry("ipv4", IPV4),
          Map.entry("ipv6", ipv6()),
          Map.entry("uuid", "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
          Map.entry("uri", address("", true)),
          Map.entry("uri-reference", address("", false)),
          Map.entry("iri", address(UCS, true)),
          Map.entry("iri-reference", address(UCS, false)),
          Map.entry("uri-template", template()),
          Map.entry("regex", regex()),
          Map.entry("json-pointer", POINTER),
          Map.entry("relative-json-pointer", "(?:0|[1-9][0-9]*)(?:#|" + POINTER + ")"));

  /// Texts that may have a format whose expression is narrower.
  private static final Map<String, String> WIDER =
      Map.of(
          "email", "[^]*@[^]*",
          "idn-email", "[^]*@[^]*",
          "hostname", "[A-Za-z0-9.-]*",
          "idn-hostname", "[^]*",
          "time", ".*:.*:.*",
          "date-time", ".*:.*:.*",
          "uri-template", "[^]*",
          "regex", "[^]*",
          "iri", "[^]*",
          "iri-reference", "[^]*");

  private static final Set<String> ANCHORED =
      EXPRESSIONS.values().stream().map(Formats::anchored).collect(Collectors.toUnmodifiableSet());

  private Formats() {}

  /// The anchored expression of a format; nothing for one that stays a remark.
  static Optional<String> expression(String format) {
    return Optional.ofNullable(EXPRESSIONS.get(format)).map(Formats::anchored);
  }

  /// The anchored expression of all texts that may have a format, for where it must not hold.
  static Optional<String> wider(String format) {
    return Optional.ofNullable(WIDER.getOrDefault(format, EXPRESSIONS.get(format)))
        .map(Formats::anchored);
  }

  /// True for the anchored expression of a format.
  static boolean isFormat(String expression) {
    return ANCHORED.contains(expression);
  }

  private static String anchored(String body) {
    return "^(?:" + body + ")$";
  }

  private static String duration() {
    String time = "T(?:NH(?:NM(?:NS)?)?|NM(?:NS)?|NS)";
    String date = "(?:NY(?:NM(?:ND)?)?|NM(?:ND)?|ND)";
    return ("P(?:" + date + "(?:" + time + ")?|" + time + "|NW)").replace("N", "[0-9]+");
  }

  /// A label of up to `longest` characters: no dash at its ends, and none at third and fourth
  /// place, for what is an A-label is not for an expression to say.
  static String label(int longest) {
    String any = "[A-Za-z0-9-]";
    String end = "[A-Za-z0-9]";
    if (longest < 5) {
      return end + "(?:" + any + "{0," + (longest - 2) + "}" + end + ")?";
    }
    String rest = "(?:" + end + any + "|-" + end + ")" + any + "{0," + (longest - 5) + "}" + end;
    return "[A-Za-z0-9](?:[A-Za-z0-9-]?[A-Za-z0-9]|[A-Za-z0-9-](?:[A-Za-z0-9]{2}|-[A-Za-z0-9]|"
        + rest
        + "))?";
  }

  private static String host() {
    String shortLabel = label(14);
    return "(?:%s(?:\\.%s){0,2}(?:\\.%s)?|%s(?:\\.%s){0,7}|%s(?:\\.%s){0,12})"
        .formatted(label(63), label(63), label(61), label(30), label(30), label(63), shortLabel);
  }

  private static String named() {
    String label = label(14);
    return "(?:%s|(?:%s\\.){0,2}%s(?:\\.%s){0,3})"
        .formatted(host(), label, AsciiLabels.expression(), label);
  }

  private static String idn() {
    String label = LETTER + "(?:(?:" + LETTER + "|-" + LETTER + "){0,5}" + LETTER + ")?";
    return "(?:" + label + "(?:[.\\u3002\\uFF0E\\uFF61]" + label + "){0,3})";
  }

  private static String email(String atom, String quoted, String host) {
    String literal = "\\[(?:" + IPV4 + "|IPv6:(?:" + ipv6() + "))\\]";
    return "(?:%s+(?:\\.%s+)*|%s)@(?:%s|%s)".formatted(atom, atom, quoted, host, literal);
  }

  private static String ipv6() {
    StringBuilder all = new StringBuilder("(?:H:){7}H|(?:H:){6}D|::(?:H(?::H){0,6}|(?:H:){0,5}D)?");
    for (int before = 1; before <= 6; before++) {
      all.append("|H(?::H){%s}::".formatted(before - 1));
      all.append("(?:H(?::H){0,%s}".formatted(6 - before));
      all.append(before <= 5 ? "|(?:H:){0,%s}D)?".formatted(5 - before) : ")?");
    }
    all.append("|H(?::H){6}::");
    return all.toString().replace("D", "(?:" + IPV4 + ")").replace("H", "[0-9A-Fa-f]{1,4}");
  }

  /// A URI or IRI, or a reference: RFC 3986 and 3987.
  private static String address(String more, boolean absolute) {
    String common = "-A-Za-z0-9._~!$&'()*+,;=" + more;
    String escape = "%[0-9A-Fa-f]{2}";
    String segment = "(?:[" + common + ":@]|" + escape + ")";
    String noColon = "(?:[" + common + "@]|" + escape + ")";
    String user = "(?:(?:[" + common + ":]|" + escape + ")*@)?";
    String named = "(?:[" + common + "]|" + escape + ")*";
    String future = "[Vv][0-9A-Fa-f]+\\.[A-Za-z0-9._~!$&'()*+,;=:-]+";
    String host = "(?:\\[(?:" + ipv6() + "|" + future + ")\\]|" + named + ")";
    String rest = "(?:/" + segment + "*)*";
    String authority = "//" + user + host + "(?::[0-9]*)?" + rest;
    String rooted = "/(?:" + segment + "+" + rest + ")?";
    String query = "(?:" + segment + "|[/?])*";
    String tail = "(?:\\?" + query + ")?(?:#" + query + ")?";
    String scheme = "[A-Za-z][A-Za-z0-9+.-]*:";
    String full =
        scheme + "(?:" + authority + "|" + rooted + "|" + segment + "+" + rest + ")?" + tail;
    String relative = "(?:" + authority + "|" + rooted + "|" + noColon + "+" + rest + ")?" + tail;
    return absolute ? full : "(?:" + full + "|" + relative + ")";
  }

  /// Regular expressions with groups up to three deep, none of them named, and ranges of letters
  /// and digits.
  private static String regex() {
    String escape =
        "\\\\(?:[dDwWsStnrfv.*+?^${}()|\\[\\]\\\\/]|c[A-Za-z]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})";
    String members = "(?:[^\\\\\\]\\[-]|" + escape + "|a-z|A-Z|0-9)*-?";
    String one = "(?:[^\\\\\\[\\](){}*+?|^$]|" + escape + "|\\[\\^?" + members + "\\])";
    String times = "(?:[*+?]\\??|\\{[0-9]{1,3},?\\}\\??)?";
    String inner = "(?:[\\^$]|\\\\[bB]|" + one + times + ")*";
    for (int depth = 0; depth < 3; depth++) {
      String group = "\\((?:\\?:)?" + inner + "(?:\\|" + inner + ")*\\)" + times;
      inner = "(?:[\\^$]|\\\\[bB]|" + one + times + "|" + group + ")*";
    }
    return inner + "(?:\\|" + inner + ")*";
  }

  private static String template() {
    String escape = "%[0-9A-Fa-f]{2}";
    String literal = "(?:[!#$&'(-;=?-\\[\\]_a-z~" + UCS + "]|" + escape + ")";
    String character = "(?:[A-Za-z0-9_]|" + escape + ")";
    String name = character + "+(?:\\." + character + "+)*(?:\\*|:[1-9][0-9]{0,3})?";
    return "(?:" + literal + "|\\{[+#./;?&]?" + name + "(?:," + name + ")*\\})*";
  }
}
