package puna.grammar;

import java.util.ArrayList;
import java.util.List;
import puna.error.GrammarException;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;

/// Regular expressions as ECMA-262 has them with the `u` flag, compiled to rules.
///
/// Groups of all kinds, classes, `\d \w \s \p{…}`, anchors anywhere, greedy and lazy quantifiers.
/// What is no matter of the text alone is refused by name and place: backreferences, lookaround,
/// word boundaries, inline flags. As in browsers, a brace that opens no quantifier is itself. A
/// lone surrogate matches nothing, for no UTF-8 text has one.
public final class RegexParser {
  private static final int LONGEST = 1 << 16;
  private static final int DEEPEST = 200;
  private static final int LARGEST_ANCHORED = 10_000;

  private final RegexScanner in;
  private int depth;

  private RegexParser(String pattern) {
    this.in = new RegexScanner(pattern);
  }

  /// What the whole expression matches from the text's first to its last character.
  ///
  /// @throws GrammarException when the expression is wrong or cannot be kept
  public static Rule whole(String pattern) {
    return read(pattern).whole();
  }

  /// All texts in which the expression matches somewhere, as JSON Schema's `pattern` means it.
  ///
  /// @throws GrammarException when the expression is wrong or cannot be kept
  public static Rule search(String pattern) {
    return read(pattern).search();
  }

  private static AnchoredRule read(String pattern) {
    if (pattern.length() > LONGEST) {
      throw new GrammarException(
          "a regular expression may have at most %s characters, found %s"
              .formatted(LONGEST, pattern.length()));
    }
    RegexParser parser = new RegexParser(pattern);
    AnchoredRule rule = parser.alternatives();
    if (!parser.in.atEnd()) {
      throw parser.in.error("unbalanced ')'");
    }
    return rule;
  }

  private AnchoredRule alternatives() {
    List<AnchoredRule> options = new ArrayList<>();
    options.add(sequence());
    while (in.take('|')) {
      options.add(sequence());
    }
    return AnchoredRule.choice(options);
  }

  private AnchoredRule sequence() {
    AnchoredRule done = AnchoredRule.EMPTY;
    List<Rule> plain = new ArrayList<>();
    while (!in.atEnd() && !in.at('|') && !in.at(')')) {
      AnchoredRule part = quantified();
      if (part.isPlain()) {
        append(plain, part.whole());
      } else {
        done = done.then(AnchoredRule.plain(join(plain))).then(part);
        plain.clear();
      }
    }
    return done.then(AnchoredRule.plain(join(plain)));
  }

  private static void append(List<Rule> parts, Rule part) {
    if (part instanceof Literal(String text)
        && !parts.isEmpty()
        && parts.getLast() instanceof Literal(String before)) {
      parts.set(parts.size() - 1, new Literal(before + text));
    } else {
      parts.add(part);
    }
  }

  private static Rule join(List<Rule> parts) {
    return switch (parts.size()) {
      case 0 -> new Literal("");
      case 1 -> parts.getFirst();
      default -> new Sequence(parts);
    };
  }

  private AnchoredRule quantified() {
    int start = in.position();
    AnchoredRule atom = atom();
    boolean anchor = atom.isAnchor();
    int[] times = in.quantifier();
    if (times.length == 0) {
      return atom;
    }
    if (anchor && in.charAt(start) != '(') {
      throw in.error(start, "nothing to repeat before the quantifier");
    }
    in.take('?'); // a lazy quantifier admits the same texts
    if (in.at('*') || in.at('+') || in.at('?') || in.startsQuantifier()) {
      throw in.error("a quantifier after a quantifier");
    }
    if (times[1] != Repeat.UNBOUNDED && times[1] < times[0]) {
      throw in.error(start, "a repetition's bounds are out of order");
    }
    return repeat(atom, times[0], times[1], start);
  }

  private AnchoredRule repeat(AnchoredRule atom, int minimum, int maximum, int start) {
    if (!atom.isPlain() && Math.max(minimum, maximum) > AnchoredRule.MOST_ANCHORED_TIMES) {
      throw in.error(start, "an anchor inside a repetition with large bounds is not supported");
    }
    AnchoredRule repeated = atom.repeat(minimum, maximum);
    if (!atom.isPlain() && Rules.size(repeated.whole(), LARGEST_ANCHORED) >= LARGEST_ANCHORED) {
      throw in.error(start, "an anchor inside nested repetitions is not supported");
    }
    return repeated;
  }

  private AnchoredRule atom() {
    int c = in.peek();
    return switch (c) {
      case '(' -> group();
      case '^' -> {
        in.next();
        yield AnchoredRule.START;
      }
      case '$' -> {
        in.next();
        yield AnchoredRule.END;
      }
      case '.' -> {
        in.next();
        yield AnchoredRule.plain(RegexClasses.dot().toSet());
      }
      case '[' -> AnchoredRule.plain(new RegexClasses(in).bracketed());
      case '\\' -> AnchoredRule.plain(new RegexClasses(in).escape());
      case '*', '+', '?' -> throw in.error("nothing to repeat before the quantifier");
      case '{' -> {
        if (in.startsQuantifier()) {
          throw in.error("nothing to repeat before the quantifier");
        }
        yield literal(in.next());
      }
      default -> literal(in.next());
    };
  }

  private static AnchoredRule literal(int codePoint) {
    return AnchoredRule.plain(literalOf(codePoint));
  }

  static Rule literalOf(int codePoint) {
    boolean surrogate =
        codePoint >= CodePoints.FIRST_SURROGATE && codePoint <= CodePoints.LAST_SURROGATE;
    return surrogate ? new Choice(List.of()) : new Literal(Character.toString(codePoint));
  }

  private AnchoredRule group() {
    int start = in.position();
    in.next();
    if (in.take('?')) {
      groupKind(start);
    }
    if (++depth > DEEPEST) {
      throw in.error(start, "groups may be nested at most %s deep".formatted(DEEPEST));
    }
    AnchoredRule inner = alternatives();
    depth--;
    if (!in.take(')')) {
      throw in.error(start, "the group is not closed");
    }
    return inner;
  }

  private void groupKind(int start) {
    if (in.take(':')) {
      return;
    }
    if (in.at('=') || in.at('!')) {
      throw in.error(start, "lookahead is not supported");
    }
    if (in.take('<')) {
      if (in.at('=') || in.at('!')) {
        throw in.error(start, "lookbehind is not supported");
      }
      groupName(start);
      return;
    }
    throw in.error(start, "this kind of group is not supported (flags, atomic or conditional)");
  }

  private void groupName(int start) {
    int characters = 0;
    while (!in.atEnd() && !in.at('>')) {
      int c = in.next();
      if (!(c == '$' || c == '_' || Character.isUnicodeIdentifierPart(c))) {
        throw in.error(start, "a group's name must be an identifier");
      }
      characters++;
    }
    if (characters == 0 || !in.take('>')) {
      throw in.error(start, "a group's name must be an identifier and end in '>'");
    }
  }
}
