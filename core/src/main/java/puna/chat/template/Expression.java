package puna.chat.template;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.chat.template.python.Arithmetic;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.Value;

/// An expression of a template, with the offset of the token that a failure points to.
sealed interface Expression {
  int offset();

  record Constant(Value value, int offset) implements Expression {}

  record Name(String name, int offset) implements Expression {}

  record Items(Sequence.Kind kind, List<Expression> elements, int offset) implements Expression {}

  record DictLiteral(List<Pair> pairs, int offset) implements Expression {}

  record Pair(Expression key, Expression value) {}

  record Attribute(Expression object, String name, int offset) implements Expression {}

  record Item(Expression object, Expression key, int offset) implements Expression {}

  record Slice(Expression object, Bounds bounds, int offset) implements Expression {}

  record Bounds(Optional<Expression> start, Optional<Expression> stop, Optional<Expression> step) {}

  record Call(Expression callee, CallArguments arguments, int offset) implements Expression {}

  /// @param spread the values after `*`
  /// @param spreadNamed the values after `**`
  record CallArguments(
      List<Expression> positional,
      Map<String, Expression> named,
      Optional<Expression> spread,
      Optional<Expression> spreadNamed) {
    static final CallArguments NONE =
        new CallArguments(List.of(), Map.of(), Optional.empty(), Optional.empty());
  }

  record Filter(Expression object, String name, CallArguments arguments, int offset)
      implements Expression {}

  record Test(Expression object, String name, CallArguments arguments, int offset)
      implements Expression {}

  record Not(Expression operand, int offset) implements Expression {}

  record Negative(Expression operand, int offset) implements Expression {}

  record Positive(Expression operand, int offset) implements Expression {}

  record And(Expression left, Expression right, int offset) implements Expression {}

  record Or(Expression left, Expression right, int offset) implements Expression {}

  record Arithmetical(Arithmetic.Operator operator, Expression left, Expression right, int offset)
      implements Expression {}

  /// @param escape whether parts are escaped behind one that is HTML
  record Concatenation(List<Expression> parts, Escape escape, int offset) implements Expression {}

  /// Whether a place of the template is under `autoescape`.
  enum Escape {
    NEVER,
    ALWAYS,
    /// Its condition is known only when it runs.
    ASKED
  }

  record Comparison(Expression first, List<Step> steps, int offset) implements Expression {}

  /// One link of a chain of comparisons.
  record Step(Relation relation, Expression operand) {}

  enum Relation {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    IN,
    NOT_IN
  }

  /// `then if condition else otherwise`, where nothing else is undefined.
  record Conditional(
      Expression condition, Expression then, Optional<Expression> otherwise, int offset)
      implements Expression {}
}
