package puna.chat.template;

import java.util.List;
import puna.chat.template.python.Text;
import puna.chat.template.python.Trimming;

/// Tells templates that can print nothing but white space, whatever the conversation: comments,
/// `set`, `macro` and blank literals alone.
final class Silence {
  /// What some editors put in front of a file.
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private Silence() {}

  static boolean of(List<Statement> statements) {
    return statements.stream().allMatch(Silence::of);
  }

  private static boolean of(Statement statement) {
    return switch (statement) {
      case Statement.Output(Text text) -> isBlank(text);
      case Statement.If branching ->
          branching.branches().stream().allMatch(branch -> of(branch.body()))
              && of(branching.otherwise());
      case Statement.For loop -> of(loop.body()) && of(loop.otherwise());
      case Statement.Filtered filtered -> of(filtered.body());
      case Statement.With with -> of(with.body());
      case Statement.Scoped scoped -> of(scoped.body());
      case Statement.AutoEscape escaped -> of(escaped.body());
      case Statement.Block block -> of(block.body());
      case Statement.Assignment _,
          Statement.BlockAssignment _,
          Statement.MacroDefinition _,
          Statement.Jump _ ->
          true;
      case Statement.Print(Expression.Constant(Text text, _), _) -> isBlank(text);
      case Statement.Print _, Statement.CallBlock _, Statement.Refused _ -> false;
    };
  }

  private static boolean isBlank(Text text) {
    return text.toString().codePoints().allMatch(c -> c == BYTE_ORDER_MARK || Trimming.isSpace(c));
  }
}
