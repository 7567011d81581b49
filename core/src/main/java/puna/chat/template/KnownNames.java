package puna.chat.template;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/// What a parser knows about names: which filters and tests there are, and what the macros around
/// the current place read.
///
/// As in Jinja2 an unknown filter is an error at once, but under an `if` only when it is reached.
final class KnownNames {
  private final Deque<Set<String>> macros = new ArrayDeque<>();
  private Mode mode = Mode.STRICT;
  private Expression.Escape escape = Expression.Escape.NEVER;

  enum Mode {
    STRICT,
    LENIENT
  }

  /// @return the mode until now
  Mode enter(Mode next) {
    Mode before = mode;
    mode = next;
    return before;
  }

  /// Whether the current place is under `autoescape`.
  Expression.Escape escape() {
    return escape;
  }

  /// @return what was until now
  Expression.Escape escape(Expression.Escape next) {
    Expression.Escape before = escape;
    escape = next;
    return before;
  }

  void requireFilter(String name, TokenStream tokens, int offset) {
    if (mode == Mode.STRICT && !Filters.exists(name)) {
      throw tokens.failure("there is no filter named '" + name + "'", offset);
    }
  }

  void requireTest(String name, TokenStream tokens, int offset) {
    if (mode == Mode.STRICT && !TemplatePredicates.exists(name)) {
      throw tokens.failure("there is no test named '" + name + "'", offset);
    }
  }

  void enterMacro() {
    macros.push(new HashSet<>());
  }

  /// @return the names that the macro's body reads
  Set<String> leaveMacro() {
    return Set.copyOf(macros.pop());
  }

  void read(String name) {
    if (name.equals("varargs") || name.equals("kwargs") || name.equals("caller")) {
      macros.forEach(reads -> reads.add(name));
    }
  }
}
