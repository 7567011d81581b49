package puna.grammar;

import java.util.List;
import java.util.Map;
import puna.error.GrammarException;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;

/// Grammars ready to use.
public final class Grammars {
  private static final String JSON =
      """
      value ::= object | array | string | number | "true" | "false" | "null"
      object ::= "{" ws (member ("," ws member)*)? "}"
      member ::= string ws ":" ws value ws
      array ::= "[" ws (element ("," ws element)*)? "]"
      element ::= value ws
      string ::= "\\"" char* "\\""
      char ::= [^"\\\\\\x00-\\x1F] | "\\\\" (["\\\\/bfnrt] | "u" hex)
      hex ::= ([0-9A-Ca-cE-Fe-f] [0-9A-Fa-f] | [Dd] [0-7]) [0-9A-Fa-f]{2} | pair
      pair ::= [Dd] [89ABab] [0-9A-Fa-f]{2} "\\\\u" [Dd] [C-Fc-f] [0-9A-Fa-f]{2}
      number ::= "-"? ("0" | [1-9] [0-9]*) ("." [0-9]+)? ([eE] [-+]? [0-9]+)?
      ws ::= [ \\t\\n\\r]{0,20}
      """;

  private Grammars() {}

  /// One of the texts.
  ///
  /// @throws GrammarException when there are none
  public static Grammar choice(List<String> texts) {
    if (texts.isEmpty()) {
      throw new GrammarException("a choice needs at least one text");
    }
    List<Rule> options = texts.stream().distinct().<Rule>map(Literal::new).toList();
    return new Grammar(Map.of("root", new Choice(options)), "root");
  }

  /// Any JSON value. Between its parts at most 20 spaces or ends of lines may follow each other,
  /// for a model could write them for ever; `\\u` escapes stand for whole characters.
  public static Grammar json() {
    return GbnfParser.parse("root ::= value\n" + JSON);
  }

  /// Any JSON object, with the limits of [#json].
  public static Grammar jsonObject() {
    return GbnfParser.parse("root ::= object\n" + JSON);
  }

  /// What a regular expression that looks at nothing around matches from the first to the last
  /// character.
  ///
  /// @throws GrammarException when the expression is wrong or cannot be kept
  public static Grammar regex(String pattern) {
    Grammar grammar = new Grammar(Map.of("root", RegexParser.whole(pattern)), "root");
    try {
      DeadRules.of(grammar);
    } catch (GrammarException e) {
      throw new GrammarException("the regular expression matches no text at all: " + pattern, e);
    }
    return grammar;
  }
}
