package puna.grammar;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.error.GrammarException;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;

/// Regular expressions as ECMA-262 has them with the `u` flag, compiled to rules.
///
/// Groups of all kinds, classes, `\d \w \s \p{…}`, anchors anywhere, greedy and lazy quantifiers.
/// Lookaround and word boundaries have no rule of their own: they come as an [Expression]. What is
/// no regular language is refused by name and place: backreferences, atomic and conditional groups.
/// Beyond ECMA-262 it reads what other languages' expressions mean as long as that is no different:
/// `\\A`, `\\Z`, `\\z`, `(?P<name>…)`, comments, and the flag `i`. As in browsers, a brace that
/// opens no quantifier is itself. A lone surrogate matches nothing, for no UTF-8 text has one.
public final class RegexParser {
  private static final int LONGEST = 1 << 16;
  private static final int DEEPEST = 200;
  private static final int LARGEST_ANCHORED = 10_000;

  private final RegexScanner in;
  private int depth;
  private boolean ignoreCase;

  private RegexParser(String pattern) {
    this.in = new RegexScanner(pattern);
  }

  /// What the whole expression matches from the text's first to its last character.
  ///
  /// @throws GrammarException when the expression is wrong or cannot be kept
  public static Rule whole(String pattern) {
    return anchored(pattern).whole();
  }

  /// All texts in which the expression matches somewhere, as JSON Schema's `pattern` means it.
  ///
  /// @throws GrammarException when the expression is wrong or cannot be kept
  public static Rule search(String pattern) {
    return anchored(pattern).search();
  }

  /// The expression as a tree.
  ///
  /// @throws GrammarException when the expression is wrong or cannot be kept
  public static Expression expression(String pattern) {
    return read(pattern).tree();
  }

  private static AnchoredRule anchored(String pattern) {
    AnchoredRule rule = read(pattern).anchored();
    if (rule == null) {
      throw new GrammarException(
          "regular expression: lookaround and word boundaries are not supported here, in "
              + pattern);
    }
    return rule;
  }

  private static Part read(String pattern) {
    if (pattern.length() > LONGEST) {
      throw new GrammarException(
          "a regular expression may have at most %s characters, found %s"
              .formatted(LONGEST, pattern.length()));
    }
    RegexParser parser = new RegexParser(pattern);
    Part rule = parser.alternatives();
    if (!parser.in.atEnd()) {
      throw parser.in.error("unbalanced ')'");
    }
    return rule;
  }

  /// @param anchored nothing where the part looks around
  private record Part(@Nullable AnchoredRule anchored, Expression tree) {
    static Part plain(Rule rule) {
      return new Part(AnchoredRule.plain(rule), new Expression.Plain(rule));
    }

    static Part look(Expression body, boolean ahead, boolean negative) {
      return new Part(null, new Expression.Look(body, ahead, negative));
    }
  }

  private static final Part START = new Part(AnchoredRule.START, new Expression.Start());
  private static final Part END = new Part(AnchoredRule.END, new Expression.End());

  private Part alternatives() {
    boolean outside = ignoreCase;
    List<Part> options = new ArrayList<>();
    options.add(sequence());
    while (in.take('|')) {
      options.add(sequence());
    }
    ignoreCase = outside;
    if (options.size() == 1) {
      return options.getFirst();
    }
    List<AnchoredRule> rules = new ArrayList<>();
    for (Part option : options) {
      AnchoredRule rule = option.anchored();
      if (rule != null) {
        rules.add(rule);
      }
    }
    return new Part(
        rules.size() < options.size() ? null : AnchoredRule.choice(rules),
        new Expression.Choice(options.stream().map(Part::tree).toList()));
  }

  private Part sequence() {
    AnchoredRule done = AnchoredRule.EMPTY;
    List<Rule> plain = new ArrayList<>();
    List<Expression> parts = new ArrayList<>();
    boolean around = false;
    while (!in.atEnd() && !in.at('|') && !in.at(')')) {
      Part part = quantified();
      AnchoredRule rule = part.anchored();
      if (rule != null && rule.isPlain()) {
        append(plain, rule.whole());
        continue;
      }
      Rule before = join(plain);
      plain.clear();
      parts.add(new Expression.Plain(before));
      parts.add(part.tree());
      around |= rule == null;
      if (rule != null && !around) {
        done = done.then(AnchoredRule.plain(before)).then(rule);
      }
    }
    Rule last = join(plain);
    if (parts.isEmpty()) {
      return Part.plain(last);
    }
    parts.add(new Expression.Plain(last));
    return new Part(
        around ? null : done.then(AnchoredRule.plain(last)), new Expression.Sequence(parts));
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

  private Part quantified() {
    int start = in.position();
    Part atom = atom();
    AnchoredRule rule = atom.anchored();
    int[] times = in.quantifier();
    if (times.length == 0) {
      return atom;
    }
    if (rule != null && rule.isAnchor() && in.charAt(start) != '(') {
      throw in.error(start, "nothing to repeat before the quantifier");
    }
    in.take('?'); // a lazy quantifier admits the same texts
    if (in.take('+') && !in.atEnd() && !in.at('$')) { // before the end it has nothing to give back
      throw in.error("a possessive quantifier, which gives nothing back, is not supported");
    }
    if (in.at('*') || in.at('?') || in.startsQuantifier()) {
      throw in.error("a quantifier after a quantifier");
    }
    if (times[1] != Repeat.UNBOUNDED && times[1] < times[0]) {
      throw in.error(start, "a repetition's bounds are out of order");
    }
    Expression tree = new Expression.Repeat(atom.tree(), times[0], times[1]);
    if (rule == null) {
      return new Part(null, tree);
    }
    AnchoredRule repeated = repeat(rule, times[0], times[1], start);
    return repeated.isPlain() ? Part.plain(repeated.whole()) : new Part(repeated, tree);
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

  private Part atom() {
    int c = in.peek();
    return switch (c) {
      case '(' -> group();
      case '^' -> {
        in.next();
        yield START;
      }
      case '$' -> {
        in.next();
        yield END;
      }
      case '.' -> {
        in.next();
        yield Part.plain(RegexClasses.dot().toSet());
      }
      case '[' -> Part.plain(cased(new RegexClasses(in).bracketed()));
      case '\\' -> escaped();
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

  private Part literal(int codePoint) {
    return Part.plain(cased(literalOf(codePoint)));
  }

  private Part escaped() {
    int start = in.position();
    in.next();
    if (in.take('A')) {
      return START;
    }
    if (in.take('Z') || in.take('z')) {
      return END;
    }
    if (in.at('b') || in.at('B')) {
      return boundary(in.next() == 'b');
    }
    in.back(start);
    return Part.plain(cased(new RegexClasses(in).escape()));
  }

  private static Part boundary(boolean wanted) {
    Expression word = new Expression.Plain(RegexClasses.word().toSet());
    List<Expression> options = new ArrayList<>();
    for (boolean before : new boolean[] {false, true}) {
      boolean after = wanted != before;
      options.add(
          new Expression.Sequence(
              List.of(
                  new Expression.Look(word, false, !before),
                  new Expression.Look(word, true, !after))));
    }
    return new Part(null, new Expression.Choice(options));
  }

  /// The rule for one character in the cases that count.
  private Rule cased(Rule rule) {
    if (!ignoreCase) {
      return rule;
    }
    CodePoints set = new CodePoints();
    switch (rule) {
      case Literal(String text) when text.codePointCount(0, text.length()) == 1 ->
          set.addCases(text.codePointAt(0), text.codePointAt(0));
      case Rule.CharacterSet(List<Integer> ranges) -> {
        for (int i = 0; i < ranges.size(); i += 2) {
          set.addCases(ranges.get(i), ranges.get(i + 1));
        }
      }
      default -> {
        return rule;
      }
    }
    return set.toSet();
  }

  static Rule literalOf(int codePoint) {
    boolean surrogate =
        codePoint >= CodePoints.FIRST_SURROGATE && codePoint <= CodePoints.LAST_SURROGATE;
    return surrogate ? new Choice(List.of()) : new Literal(Character.toString(codePoint));
  }

  private Part group() {
    int start = in.position();
    in.next();
    boolean outside = ignoreCase;
    Group kind = in.take('?') ? groupKind(start) : Group.PLAIN;
    if (kind == Group.NOTHING) {
      return Part.plain(new Literal(""));
    }
    if (++depth > DEEPEST) {
      throw in.error(start, "groups may be nested at most %s deep".formatted(DEEPEST));
    }
    Part inner = alternatives();
    depth--;
    if (!in.take(')')) {
      throw in.error(start, "the group is not closed");
    }
    ignoreCase = outside;
    return kind == Group.PLAIN
        ? inner
        : Part.look(inner.tree(), kind.ahead, kind == Group.NOT_AHEAD || kind == Group.NOT_BEHIND);
  }

  private enum Group {
    PLAIN(false),
    NOTHING(false),
    AHEAD(true),
    NOT_AHEAD(true),
    BEHIND(false),
    NOT_BEHIND(false);

    private final boolean ahead;

    Group(boolean ahead) {
      this.ahead = ahead;
    }
  }

  private Group groupKind(int start) {
    if (in.take(':')) {
      return Group.PLAIN;
    }
    if (in.take('=')) {
      return Group.AHEAD;
    }
    if (in.take('!')) {
      return Group.NOT_AHEAD;
    }
    if (in.take('#')) {
      while (!in.take(')')) {
        in.next();
      }
      return Group.NOTHING;
    }
    in.take('P');
    if (in.take('<')) {
      if (in.take('=')) {
        return Group.BEHIND;
      }
      if (in.take('!')) {
        return Group.NOT_BEHIND;
      }
      groupName(start);
      return Group.PLAIN;
    }
    return flags(start);
  }

  private Group flags(int start) {
    boolean on = true;
    boolean seen = false;
    while (in.at('i') || in.at('-')) {
      on = in.take('-') ? false : on;
      if (in.take('i')) {
        ignoreCase = on;
        seen = true;
      }
    }
    if (seen && in.take(':')) {
      return Group.PLAIN;
    }
    if (seen && in.take(')')) {
      return Group.NOTHING;
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
