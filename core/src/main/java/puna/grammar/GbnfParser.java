package puna.grammar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import puna.error.GrammarException;
import puna.grammar.Rule.CharacterSet;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Token;

/// Reads grammars in GBNF, llama.cpp's dialect of BNF.
///
/// Stricter than llama.cpp where that reads a mistake as something else: a rule defined twice, a
/// class without members, a range or repetition with its ends out of order. Large upper bounds are
/// kept, not dropped. Left recursion is refused as it is there.
public final class GbnfParser {
  private static final int LARGEST = 4 << 20;
  private static final int DEEPEST = 200;
  private static final int MOST_TIMES = 1_000_000;

  private static final System.Logger LOGGER = System.getLogger("puna");

  private final GbnfScanner in;
  private final Map<String, Integer> starts = new HashMap<>();
  private final Map<String, Rule> rules = new LinkedHashMap<>();
  private final Map<String, Integer> references = new LinkedHashMap<>();
  private int depth;

  private GbnfParser(String text) {
    this.in = new GbnfScanner(text);
  }

  /// The grammar of a text that begins at the rule `root`.
  ///
  /// @throws GrammarException when the grammar is wrong; the message has line and column
  public static Grammar parse(String text) {
    if (text.length() > LARGEST) {
      throw new GrammarException(
          "a grammar may have at most %s characters, found %s".formatted(LARGEST, text.length()));
    }
    boolean marked = text.startsWith("\uFEFF"); // some editors begin files so
    return new GbnfParser(marked ? text.substring(1) : text).grammar();
  }

  private Grammar grammar() {
    in.skipLines();
    while (in.peek() != GbnfScanner.END) {
      rule();
      in.skipLines();
    }
    references.forEach((name, position) -> {
      if (!rules.containsKey(name)) {
        throw in.error(position, "the rule %s is not defined".formatted(name));
      }
    });
    if (!rules.containsKey("root")) {
      throw in.error("a grammar needs a rule named root");
    }
    Grammar grammar = new Grammar(rules, "root");
    LeftCorners.of(grammar); // refuses left recursion
    for (String dead : DeadRules.of(grammar)) {
      LOGGER.log(
          System.Logger.Level.WARNING,
          "grammar, line %s: no text can match the rule %s; it is never used"
              .formatted(in.line(starts.getOrDefault(dead, 0)), dead));
    }
    return grammar;
  }

  private void rule() {
    int start = in.position();
    String name = in.name();
    starts.putIfAbsent(name, start);
    in.skipSpace();
    if (!in.take("::=")) {
      throw in.error("expected ::= after the rule's name");
    }
    in.skipLines();
    Rule body = alternatives(Place.RULE);
    int end = in.peek();
    if (end != GbnfScanner.END && end != '\n' && end != '\r') {
      throw in.error("expected the end of the line");
    }
    if (rules.put(name, body) != null) {
      throw in.error(start, "the rule %s is defined twice".formatted(name));
    }
  }

  private Rule alternatives(Place place) {
    List<Rule> options = new ArrayList<>();
    options.add(sequence(place));
    while (in.take("|")) {
      in.skipLines();
      options.add(sequence(place));
    }
    return options.size() == 1 ? options.getFirst() : new Choice(options);
  }

  private Rule sequence(Place place) {
    List<Rule> parts = new ArrayList<>();
    while (startsItem(in.peek())) {
      parts.add(repeated(item(), place));
    }
    if (isQuantifier(in.peek())) {
      throw in.error("expected something to repeat before the quantifier");
    }
    return parts.size() == 1 ? parts.getFirst() : new Sequence(parts);
  }

  private static boolean startsItem(int c) {
    return switch (c) {
      case '"', '[', '<', '!', '(', '.' -> true;
      default -> GbnfScanner.isNameCharacter(c);
    };
  }

  private static boolean isQuantifier(int c) {
    return c == '*' || c == '+' || c == '?' || c == '{';
  }

  private Rule item() {
    return switch (in.peek()) {
      case '"' -> literal();
      case '[' -> characterClass();
      case '<', '!' -> token();
      case '(' -> group();
      case '.' -> {
        in.next();
        yield CodePoints.any().toSet();
      }
      default -> {
        int start = in.position();
        String name = in.name();
        references.putIfAbsent(name, start);
        yield new Reference(name);
      }
    };
  }

  private Rule repeated(Rule item, Place place) {
    Rule rule = item;
    int stacked = 0;
    skip(place);
    while (isQuantifier(in.peek())) {
      if (++stacked > DEEPEST) {
        throw in.error("at most %s quantifiers may follow each other".formatted(DEEPEST));
      }
      rule =
          switch (in.next()) {
            case '*' -> new Repeat(rule, 0, Repeat.UNBOUNDED);
            case '+' -> new Repeat(rule, 1, Repeat.UNBOUNDED);
            case '?' -> new Repeat(rule, 0, 1);
            default -> bounds(rule, place);
          };
      skip(place);
    }
    return rule;
  }

  private Rule bounds(Rule body, Place place) {
    int start = in.position() - 1;
    skip(place);
    int minimum = in.number(MOST_TIMES);
    int maximum = minimum;
    skip(place);
    if (in.take(",")) {
      skip(place);
      maximum = in.atDigit() ? in.number(MOST_TIMES) : Repeat.UNBOUNDED;
      skip(place);
    }
    if (!in.take("}")) {
      throw in.error("expected ',' or '}' in the repetition");
    }
    if (maximum != Repeat.UNBOUNDED && maximum < minimum) {
      throw in.error(start, "a repetition's bounds are out of order");
    }
    return new Repeat(body, minimum, maximum);
  }

  private void skip(Place place) {
    switch (place) {
      case RULE -> in.skipSpace();
      case GROUP -> in.skipLines();
    }
  }

  private Rule group() {
    int start = in.position();
    in.next();
    if (++depth > DEEPEST) {
      throw in.error(start, "groups may be nested at most %s deep".formatted(DEEPEST));
    }
    in.skipLines();
    Rule inner = alternatives(Place.GROUP);
    depth--;
    if (!in.take(")")) {
      throw in.error("expected ')'");
    }
    return inner;
  }

  private Rule literal() {
    in.next();
    StringBuilder text = new StringBuilder();
    while (!in.take("\"")) {
      int start = in.position();
      long c = in.character();
      if (c > Character.MAX_CODE_POINT || isSurrogate(c)) {
        throw in.error(start, "U+%04X is no character".formatted(c));
      }
      text.appendCodePoint((int) c);
    }
    return new Literal(text.toString());
  }

  private static boolean isSurrogate(long c) {
    return c >= CodePoints.FIRST_SURROGATE && c <= CodePoints.LAST_SURROGATE;
  }

  private CharacterSet characterClass() {
    int start = in.position();
    in.next();
    boolean negated = in.take("^");
    CodePoints set = new CodePoints();
    boolean empty = true;
    while (!in.take("]")) {
      member(set);
      empty = false;
    }
    if (empty) {
      throw in.error(start, "a class needs members");
    }
    return (negated ? set.complement() : set).toSet();
  }

  private void member(CodePoints set) {
    int start = in.position();
    long first = in.character();
    long last = first;
    if (in.at("-") && !in.at("-]")) {
      in.next();
      last = in.character();
    }
    if (last < first) {
      throw in.error(start, "a range's ends are out of order");
    }
    if (first > Character.MAX_CODE_POINT) {
      throw in.error(start, "U+%04X is no character".formatted(first));
    }
    set.add((int) first, (int) Math.min(last, Character.MAX_CODE_POINT));
  }

  private Token token() {
    boolean excluded = in.take("!");
    int start = in.position();
    if (!in.take("<")) {
      throw in.error("expected '<' of a token");
    }
    if (in.take("[")) {
      in.number(Integer.MAX_VALUE - 1);
      if (!in.take("]>")) {
        throw in.error("expected ']>' after the token's number");
      }
      return new Token(in.since(start), excluded);
    }
    while (in.peek() != '>') {
      if (in.peek() == '\n' || in.peek() == GbnfScanner.END) {
        throw in.error(start, "the token is not closed by '>'");
      }
      in.next();
    }
    in.next();
    return new Token(in.since(start), excluded);
  }

  /// Where a rule's parts stand: only inside a group may they go on in the next line.
  private enum Place {
    RULE,
    GROUP
  }
}
