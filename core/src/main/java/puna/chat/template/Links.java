package puna.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.CharacterClasses;
import puna.chat.template.python.Html;
import puna.chat.template.python.Printing;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.TextBuilder;
import puna.chat.template.python.Value;

/// The filter `urlize`: addresses in a text as links of HTML.
final class Links {
  private static final Set<String> DOMAINS =
      Set.of("com", "net", "int", "edu", "gov", "org", "info", "mil");
  private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern SCHEME = Pattern.compile("[\\w.+-]{2,}:/{0,2}");
  private static final Pattern HEAD = Pattern.compile("(?:[(<]|&lt;)++");
  private static final Pattern REST = Pattern.compile("(?U)(?::\\d{1,5})?(?:[/?#]\\S*+)?");
  private static final Pattern IP =
      Pattern.compile(
          "(?iU)\\d{1,3}(\\.\\d{1,3}){3}|\\[([\\da-f]{0,4}:){2}([\\da-f]{0,4}:?){1,6}]");

  private final Arguments.Bound bound;
  private final String attributes;
  private final List<String> schemes;

  private Links(Arguments.Bound bound) {
    this.bound = bound;
    this.attributes = attribute("rel", relation(bound)) + attribute("target", given(bound, 2));
    this.schemes = schemes(bound.orNone(4));
  }

  static Value urlize(Value value, Arguments arguments) {
    Arguments.Bound bound =
        arguments.bind("urlize", "trim_url_limit", "nofollow", "target", "rel", "extra_schemes");
    Links links = new Links(bound);
    Text escaped = Html.escape(TextFilters.soft(value));
    arguments.runtime().charge(escaped.length());
    TextBuilder out = new TextBuilder();
    String chars = escaped.toString();
    Matcher space = SPACE.matcher(chars);
    int at = 0;
    while (at < chars.length()) {
      int end = space.find(at) ? space.start() : chars.length();
      Text word = escaped.slice(at, end);
      String linked = links.word(word.toString());
      out.append(linked.equals(word.toString()) ? word : word.derive(linked));
      at = end < chars.length() ? space.end() : end;
      out.append(escaped.slice(end, at));
    }
    return out.build().with(arguments.runtime().escaping());
  }

  private static String relation(Arguments.Bound bound) {
    Set<String> parts = new TreeSet<>();
    parts.add("noopener");
    if (bound.isTrue(1)) {
      parts.add("nofollow");
    }
    if (bound.isTrue(3)) {
      Methods.elements(Splitting.words(bound.text(3, "")))
          .forEach(part -> parts.add(part.toString()));
    }
    return String.join(" ", parts);
  }

  private static String given(Arguments.Bound bound, int index) {
    return bound.isTrue(index) ? Html.escape(TextFilters.soft(bound.orNone(index))).toString() : "";
  }

  private static String attribute(String name, String value) {
    return value.isEmpty() ? "" : " " + name + "=\"" + value + "\"";
  }

  private static List<String> schemes(Value given) {
    List<String> schemes = new ArrayList<>();
    if (given != Value.None.NONE) {
      for (Value scheme : Methods.elements(given)) {
        if (!(scheme instanceof Text text) || !SCHEME.matcher(text.toString()).matches()) {
          throw new TemplateException(Printing.repr(scheme) + " is not a valid URI scheme prefix.");
        }
        schemes.add(text.toString());
      }
    }
    return schemes;
  }

  /// A word between what opens and closes around it.
  private record Framed(String head, String middle, String tail) {
    static Framed of(String word) {
      Matcher head = HEAD.matcher(word);
      int start = head.lookingAt() ? head.end() : 0;
      int end = word.length();
      while (end > start && closing(word, start, end) > 0) {
        end -= closing(word, start, end);
      }
      return new Framed(word.substring(0, start), word.substring(start, end), word.substring(end));
    }

    private static int closing(String word, int start, int end) {
      if (")>.,\n".indexOf(word.charAt(end - 1)) >= 0) {
        return 1;
      }
      return end - start >= 4 && word.startsWith("&gt;", end - 4) ? 4 : 0;
    }

    /// Gives the middle as many closings out of the tail as it opens.
    Framed balanced(String open, String close) {
      int opened = count(middle, open);
      if (opened <= count(middle, close)) {
        return this;
      }
      int end = 0;
      for (int i = Math.min(opened, count(tail, close)); i > 0; i--) {
        end = tail.indexOf(close, end) + close.length();
      }
      return new Framed(head, middle + tail.substring(0, end), tail.substring(end));
    }

    private static int count(String text, String part) {
      int count = 0;
      for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
        count++;
      }
      return count;
    }
  }

  private String word(String word) {
    Framed framed = Framed.of(word).balanced("(", ")").balanced("<", ">").balanced("&lt;", "&gt;");
    return framed.head() + linked(framed.middle()) + framed.tail();
  }

  private String linked(String middle) {
    if (isAddress(middle)) {
      boolean isWhole = middle.startsWith("https://") || middle.startsWith("http://");
      return link((isWhole ? "" : "https://") + middle, attributes, trimmed(middle));
    }
    if (middle.startsWith("mailto:") && isMail(middle.substring(7))) {
      return link(middle, "", middle.substring(7));
    }
    boolean isBareMail =
        !middle.startsWith("www.")
            && !middle.startsWith("@")
            && middle.indexOf(':') < 0
            && isMail(middle);
    if (isBareMail) {
      return link("mailto:" + middle, "", middle);
    }
    String linked = middle;
    for (String scheme : schemes) {
      if (!linked.equals(scheme) && linked.startsWith(scheme)) {
        linked = link(linked, attributes, linked);
      }
    }
    return linked;
  }

  private static String link(String address, String attributes, String label) {
    return "<a href=\"" + address + "\"" + attributes + ">" + label + "</a>";
  }

  private String trimmed(String label) {
    if (bound.orNone(0) == Value.None.NONE) {
      return label;
    }
    int limit = bound.integer(0, 0);
    int length = label.codePointCount(0, label.length());
    if (length <= limit) {
      return label;
    }
    int end = limit < 0 ? Math.max(0, length + limit) : limit;
    return label.substring(0, label.offsetByCodePoints(0, end)) + "...";
  }

  private static boolean isAddress(String middle) {
    Optional<String> schemeless = withoutScheme(middle);
    if (schemeless.isPresent() && isHost(schemeless.get(), Links::isTopLevel)) {
      return true;
    }
    boolean isWeb = middle.regionMatches(true, 0, "www.", 0, 4);
    if (schemeless.isPresent() && !isWeb) {
      Matcher ip = IP.matcher(schemeless.get());
      return ip.lookingAt() && REST.matcher(schemeless.get().substring(ip.end())).matches();
    }
    return isHost(middle, Links::isKnownDomain);
  }

  private static Optional<String> withoutScheme(String middle) {
    for (String scheme : List.of("https://", "http://", "www.")) {
      if (middle.regionMatches(true, 0, scheme, 0, scheme.length())) {
        return Optional.of(middle.substring(scheme.length()));
      }
    }
    return Optional.empty();
  }

  /// What the labels of a host's name must be.
  private interface Labels {
    boolean test(String[] labels);
  }

  private static boolean isHost(String text, Labels test) {
    int end = 0;
    while (end < text.length()
        && (isWord(text.codePointAt(end)) || ".%-".indexOf(text.charAt(end)) >= 0)) {
      end += Character.charCount(text.codePointAt(end));
    }
    return test.test(text.substring(0, end).split("\\.", -1))
        && REST.matcher(text.substring(end)).matches();
  }

  private static boolean isTopLevel(String[] labels) {
    for (String label : labels) {
      if (label.isEmpty()) {
        return false;
      }
    }
    String last = labels[labels.length - 1];
    boolean isPlain =
        last.length() >= 2
            && last.length() <= 63
            && last.chars().allMatch(c -> c < 0x80 && Character.isLetter(c));
    return isPlain
        || last.regionMatches(true, 0, "xn--", 0, 4)
            && last.length() >= 6
            && last.length() <= 63
            && last.indexOf('-', 4) < 0;
  }

  private static boolean isKnownDomain(String[] labels) {
    for (int i = 0; i < labels.length - 1; i++) {
      int length = labels[i].codePointCount(0, labels[i].length());
      if (length < 2 || length > 63) {
        return false;
      }
    }
    return labels.length > 1
        && DOMAINS.contains(labels[labels.length - 1].toLowerCase(java.util.Locale.ROOT));
  }

  private static boolean isMail(String text) {
    int at = text.lastIndexOf('@');
    int dot = text.lastIndexOf('.');
    return at > 0
        && dot > at + 1
        && dot < text.length() - 1
        && isWord(text.codePointAt(at + 1))
        && text.substring(dot + 1).codePoints().allMatch(Links::isWord)
        && text.substring(at + 1, dot)
            .codePoints()
            .allMatch(point -> isWord(point) || point == '.' || point == '-');
  }

  private static boolean isWord(int point) {
    return point == '_' || CharacterClasses.isAlphanumeric(point);
  }
}
