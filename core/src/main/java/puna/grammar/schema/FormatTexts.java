package puna.grammar.schema;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import puna.grammar.RegexParser;
import puna.grammar.Work;

/// The automata of the formats, each made when it is first asked for and then known to all schemas:
/// there are no more of them than formats.
final class FormatTexts {
  private static final Map<String, Dfa> KNOWN = new ConcurrentHashMap<>();

  private FormatTexts() {}

  /// The texts of a format's expression; nothing for an expression that depends on the schema.
  static Optional<Dfa> of(String expression) {
    return Formats.isFormat(expression)
        ? Optional.of(KNOWN.computeIfAbsent(expression, FormatTexts::made))
        : Optional.empty();
  }

  // no schema pays for it, so that none is refused for being the first
  private static Dfa made(String expression) {
    return Work.uncounted(() -> RuleDfa.of(RegexParser.search(expression)));
  }
}
