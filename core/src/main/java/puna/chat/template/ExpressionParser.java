package puna.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.chat.template.Expression.Relation;
import puna.chat.template.Token.Kind;
import puna.chat.template.python.Arithmetic;
import puna.chat.template.python.Sequence;

/// Tokens to expressions, by binding power (V. Pratt, "Top Down Operator Precedence").
///
/// From loose to tight: `if else`, `or`, `and`, `not`, comparisons, `+ -`, `~`, `* / // %`, `**`,
/// sign, `|` and `is`, call and subscript. So `not x is defined` is `not (x is defined)`.
final class ExpressionParser {
  private static final int CONDITIONAL = 1;
  private static final int OR = 2;
  private static final int AND = 3;
  private static final int NOT = 4;
  private static final int COMPARISON = 5;
  private static final int SUM = 6;
  private static final int CONCATENATION = 7;
  private static final int PRODUCT = 8;
  private static final int POWER = 9;

  private final TokenStream tokens;
  private final KnownNames known;
  private final OperandParser operands;

  ExpressionParser(TokenStream tokens, KnownNames known) {
    this.tokens = tokens;
    this.known = known;
    this.operands = new OperandParser(tokens, known, this);
  }

  /// Any expression.
  Expression expression() {
    return expression(CONDITIONAL);
  }

  /// An expression that no `if` belongs to.
  Expression withoutCondition() {
    return expression(OR);
  }

  /// An expression, or a tuple without parentheses.
  ///
  /// @param level [#expression] or [#withoutCondition]
  Expression tuple(Level level) {
    int offset = tokens.current().offset();
    int power = level == Level.ANY ? CONDITIONAL : OR;
    Expression first = expression(power);
    if (!tokens.atOperator(",")) {
      return first;
    }
    List<Expression> elements = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",") && !atTupleEnd()) {
      elements.add(expression(power));
    }
    return new Expression.Items(Sequence.Kind.TUPLE, elements, offset);
  }

  enum Level {
    ANY,
    WITHOUT_CONDITION
  }

  private boolean atTupleEnd() {
    return tokens.at(Kind.PRINT_END)
        || tokens.at(Kind.BLOCK_END)
        || tokens.atOperator(")")
        || tokens.atName("recursive");
  }

  private Expression expression(int minimum) {
    tokens.enter();
    Expression left = minimum <= NOT && tokens.atName("not") ? not() : operands.unary();
    for (int power = power(tokens.current()); power >= minimum; power = power(tokens.current())) {
      left = infix(left, power);
    }
    tokens.leave();
    return left;
  }

  private Expression not() {
    int offset = tokens.next().offset();
    return new Expression.Not(expression(NOT), offset);
  }

  /// How tightly the operator binds that is next; 0 where none is.
  private int power(Token token) {
    return switch (token.kind()) {
      case NAME ->
          switch (token.text()) {
            case "if" -> CONDITIONAL;
            case "or" -> OR;
            case "and" -> AND;
            case "in" -> COMPARISON;
            case "not" -> tokens.following().is(Kind.NAME, "in") ? COMPARISON : 0;
            default -> 0;
          };
      case OPERATOR ->
          switch (token.text()) {
            case "==", "!=", "<", "<=", ">", ">=" -> COMPARISON;
            case "+", "-" -> SUM;
            case "~" -> CONCATENATION;
            case "*", "/", "//", "%" -> PRODUCT;
            case "**" -> POWER;
            default -> 0;
          };
      default -> 0;
    };
  }

  private Expression infix(Expression left, int power) {
    int offset = tokens.current().offset();
    return switch (power) {
      case CONDITIONAL -> conditional(left);
      case COMPARISON -> comparison(left);
      case CONCATENATION -> concatenation(left);
      case OR -> {
        tokens.next();
        yield new Expression.Or(left, expression(AND), offset);
      }
      case AND -> {
        tokens.next();
        yield new Expression.And(left, expression(NOT), offset);
      }
      default -> {
        Arithmetic.Operator operator = operator(tokens.next().text());
        yield new Expression.Arithmetical(operator, left, expression(power + 1), offset);
      }
    };
  }

  private static Arithmetic.Operator operator(String symbol) {
    return switch (symbol) {
      case "+" -> Arithmetic.Operator.ADD;
      case "-" -> Arithmetic.Operator.SUBTRACT;
      case "*" -> Arithmetic.Operator.MULTIPLY;
      case "/" -> Arithmetic.Operator.DIVIDE;
      case "//" -> Arithmetic.Operator.FLOOR_DIVIDE;
      case "%" -> Arithmetic.Operator.MODULO;
      default -> Arithmetic.Operator.POWER;
    };
  }

  private Expression conditional(Expression then) {
    int offset = tokens.next().offset();
    KnownNames.Mode outer = known.enter(KnownNames.Mode.LENIENT);
    Expression condition = expression(OR);
    Optional<Expression> otherwise =
        tokens.skipName("else") ? Optional.of(expression(CONDITIONAL)) : Optional.empty();
    known.enter(outer);
    return new Expression.Conditional(condition, then, otherwise, offset);
  }

  private Expression comparison(Expression first) {
    int offset = tokens.current().offset();
    List<Expression.Step> steps = new ArrayList<>();
    while (power(tokens.current()) == COMPARISON) {
      steps.add(new Expression.Step(relation(), expression(SUM)));
    }
    return new Expression.Comparison(first, steps, offset);
  }

  private Relation relation() {
    return switch (tokens.next().text()) {
      case "==" -> Relation.EQUAL;
      case "!=" -> Relation.NOT_EQUAL;
      case "<" -> Relation.LESS;
      case "<=" -> Relation.LESS_OR_EQUAL;
      case ">" -> Relation.GREATER;
      case ">=" -> Relation.GREATER_OR_EQUAL;
      case "in" -> Relation.IN;
      default -> {
        tokens.next();
        yield Relation.NOT_IN;
      }
    };
  }

  private Expression concatenation(Expression first) {
    int offset = tokens.current().offset();
    List<Expression> parts = new ArrayList<>(List.of(first));
    while (tokens.skipOperator("~")) {
      parts.add(expression(PRODUCT));
    }
    return new Expression.Concatenation(parts, known.escape(), offset);
  }

  /// The filter whose name is next, applied to `operand`.
  Expression.Filter filter(Expression operand) {
    return operands.filter(operand);
  }
}
