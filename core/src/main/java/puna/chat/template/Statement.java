package puna.chat.template;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import puna.chat.template.python.Text;

/// A statement of a template.
sealed interface Statement {

  record Print(Expression expression, Expression.Escape escape) implements Statement {}

  record Output(Text text) implements Statement {}

  /// @param otherwise what `else` holds; may be empty
  record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

  record Branch(Expression condition, List<Statement> body) {}

  record For(Loop loop, List<Statement> body, List<Statement> otherwise, int offset)
      implements Statement {}

  record Loop(
      Target target, Expression iterable, Optional<Expression> condition, Recursion recursion) {}

  enum Recursion {
    NONE,
    RECURSIVE
  }

  record Assignment(Target target, Expression value, int offset) implements Statement {}

  /// `set` with a body, through filters.
  record BlockAssignment(Target target, FilterChain filters, List<Statement> body, int offset)
      implements Statement {}

  /// `filter` with a body.
  record Filtered(FilterChain filters, List<Statement> body, int offset) implements Statement {}

  /// Filters from the first to the last.
  record FilterChain(List<Expression.Filter> filters) {}

  record MacroDefinition(MacroShape shape, List<Statement> body) implements Statement {}

  /// @param reads which of `varargs`, `kwargs` and `caller` the body speaks of
  record MacroShape(String name, List<Parameter> parameters, Set<String> reads) {}

  record Parameter(String name, Optional<Expression> fallback) {}

  /// `call` with a body, which the macro gets as `caller`.
  record CallBlock(Expression.Call call, MacroShape shape, List<Statement> body)
      implements Statement {}

  record With(List<Assignment> assignments, List<Statement> body) implements Statement {}

  /// A body in a scope of its own: `generation`.
  record Scoped(List<Statement> body) implements Statement {}

  /// A body under `autoescape`.
  record AutoEscape(Expression condition, List<Statement> body) implements Statement {}

  /// A `block`, which `self` can print again.
  record Block(String name, List<Statement> body, Visibility visibility) implements Statement {}

  /// Which names a block sees.
  enum Visibility {
    /// Those of the template's outermost level.
    OUTERMOST,
    /// All around it: `scoped`.
    SCOPED,
    /// None, since another template was to fill it: `required`.
    REQUIRED
  }

  enum Jump implements Statement {
    BREAK,
    CONTINUE
  }

  /// A tag that needs other templates, of which a model has none.
  record Refused(String tag, int offset) implements Statement {}

  /// What a value is assigned to.
  sealed interface Target {
    record Variable(String name) implements Target {}

    record Member(String namespace, String name) implements Target {}

    record Unpacked(List<Target> targets) implements Target {}
  }
}
