package puna.chat.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.chat.template.Expression.CallArguments;
import puna.chat.template.Token.Kind;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.Text;
import puna.chat.template.python.Value;

/// Tokens to operands: literals, names, what stands in brackets, and the subscripts, calls, filters
/// and tests behind them.
final class OperandParser {
  private final TokenStream tokens;
  private final KnownNames known;
  private final ExpressionParser expressions;

  /// @param expressions what parses the expressions inside an operand
  OperandParser(TokenStream tokens, KnownNames known, ExpressionParser expressions) {
    this.tokens = tokens;
    this.known = known;
    this.expressions = expressions;
  }

  /// A signed or plain operand with its filters and tests, which also take the sign along.
  Expression unary() {
    return filters(signed());
  }

  private Expression signed() {
    Token token = tokens.current();
    if (!tokens.atOperator("-") && !tokens.atOperator("+")) {
      return postfix(primary());
    }
    tokens.enter();
    tokens.next();
    Expression operand = signed();
    tokens.leave();
    return postfix(
        token.text().equals("-")
            ? new Expression.Negative(operand, token.offset())
            : new Expression.Positive(operand, token.offset()));
  }

  private Expression filters(Expression operand) {
    Expression result = operand;
    while (true) {
      if (tokens.skipOperator("|")) {
        result = filter(result);
      } else if (tokens.atName("is")) {
        result = test(result);
      } else if (tokens.atOperator("(")) {
        result = call(result);
      } else {
        return result;
      }
    }
  }

  /// The filter whose name is next, applied to `operand`.
  Expression.Filter filter(Expression operand) {
    int offset = tokens.current().offset();
    String name = dottedName();
    known.requireFilter(name, tokens, offset);
    CallArguments arguments = tokens.atOperator("(") ? arguments() : CallArguments.NONE;
    return new Expression.Filter(operand, name, arguments, offset);
  }

  private Expression test(Expression operand) {
    int offset = tokens.next().offset();
    boolean isNegated = tokens.skipName("not");
    int nameOffset = tokens.current().offset();
    String name = dottedName();
    known.requireTest(name, tokens, nameOffset);
    Expression test = new Expression.Test(operand, name, testArguments(), offset);
    return isNegated ? new Expression.Not(test, offset) : test;
  }

  private CallArguments testArguments() {
    if (tokens.atOperator("(")) {
      return arguments();
    }
    Token token = tokens.current();
    boolean isArgument =
        switch (token.kind()) {
          case STRING, INTEGER, FLOAT -> true;
          case NAME ->
              switch (token.text()) {
                // `is` would chain tests, which Jinja refuses; the others end this operand
                case "else", "or", "and" -> false;
                case "is" -> throw tokens.failure("tests cannot be chained with 'is'");
                default -> true;
              };
          case OPERATOR -> token.text().equals("[") || token.text().equals("{");
          default -> false;
        };
    return isArgument
        ? new CallArguments(
            List.of(postfix(primary())), Map.of(), Optional.empty(), Optional.empty())
        : CallArguments.NONE;
  }

  private String dottedName() {
    StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME, "a name").text());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expect(Kind.NAME, "a name").text());
    }
    return name.toString();
  }

  private Expression postfix(Expression operand) {
    Expression result = operand;
    while (true) {
      int offset = tokens.current().offset();
      if (tokens.skipOperator(".")) {
        result = attribute(result, offset);
      } else if (tokens.skipOperator("[")) {
        result = subscript(result, offset);
      } else if (tokens.atOperator("(")) {
        result = call(result);
      } else {
        return result;
      }
    }
  }

  private Expression attribute(Expression object, int offset) {
    if (tokens.at(Kind.INTEGER)) {
      return new Expression.Item(object, primary(), offset);
    }
    return new Expression.Attribute(
        object, tokens.expect(Kind.NAME, "a name or number").text(), offset);
  }

  private Expression subscript(Expression object, int offset) {
    if (tokens.atOperator(":")) {
      return slice(object, Optional.empty(), offset);
    }
    Expression key = expressions.expression();
    if (tokens.atOperator(":")) {
      return slice(object, Optional.of(key), offset);
    }
    if (tokens.atOperator(",")) {
      List<Expression> keys = new ArrayList<>(List.of(key));
      while (tokens.skipOperator(",")) {
        keys.add(expressions.expression());
      }
      key = new Expression.Items(Sequence.Kind.TUPLE, keys, offset);
    }
    tokens.expectOperator("]");
    return new Expression.Item(object, key, offset);
  }

  private Expression slice(Expression object, Optional<Expression> start, int offset) {
    tokens.expectOperator(":");
    Optional<Expression> stop = bound();
    Optional<Expression> step = tokens.skipOperator(":") ? bound() : Optional.empty();
    tokens.expectOperator("]");
    return new Expression.Slice(object, new Expression.Bounds(start, stop, step), offset);
  }

  private Optional<Expression> bound() {
    return tokens.atOperator(":") || tokens.atOperator("]")
        ? Optional.empty()
        : Optional.of(expressions.expression());
  }

  Expression.Call call(Expression callee) {
    int offset = tokens.current().offset();
    return new Expression.Call(callee, arguments(), offset);
  }

  private CallArguments arguments() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    Optional<Expression> spread = Optional.empty();
    Optional<Expression> spreadNamed = Optional.empty();
    boolean isFirst = true;
    while (!tokens.atOperator(")")) {
      if (!isFirst) {
        tokens.expectOperator(",");
        if (tokens.atOperator(")")) {
          break;
        }
      }
      isFirst = false;
      if (tokens.atOperator("*") && spread.isEmpty() && spreadNamed.isEmpty()) {
        tokens.next();
        spread = Optional.of(expressions.expression());
      } else if (tokens.atOperator("**") && spreadNamed.isEmpty()) {
        tokens.next();
        spreadNamed = Optional.of(expressions.expression());
      } else if (spreadNamed.isEmpty() && isKeyword()) {
        keyword(named);
      } else if (named.isEmpty() && spread.isEmpty() && spreadNamed.isEmpty()) {
        positional.add(expressions.expression());
      } else {
        throw tokens.failure("a positional argument must stand before those with names");
      }
    }
    tokens.expectOperator(")");
    return new CallArguments(positional, named, spread, spreadNamed);
  }

  private boolean isKeyword() {
    return tokens.at(Kind.NAME) && tokens.following().is(Kind.OPERATOR, "=");
  }

  private void keyword(Map<String, Expression> named) {
    Token name = tokens.next();
    tokens.expectOperator("=");
    if (named.put(name.text(), expressions.expression()) != null) {
      throw tokens.failure("the argument '" + name.text() + "' is repeated", name.offset());
    }
  }

  private Expression primary() {
    Token token = tokens.current();
    return switch (token.kind()) {
      case NAME -> name(tokens.next());
      case STRING -> string();
      case INTEGER -> {
        tokens.next();
        yield new Expression.Constant(integer(token), token.offset());
      }
      case FLOAT -> {
        tokens.next();
        double value = Double.parseDouble(token.text().replace("_", ""));
        yield new Expression.Constant(new Value.Real(value), token.offset());
      }
      case OPERATOR -> {
        tokens.enter();
        Expression bracketed = bracketed(token);
        tokens.leave();
        yield bracketed;
      }
      default -> throw tokens.expected("an expression");
    };
  }

  private Expression name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expression.Constant(Value.Bool.TRUE, token.offset());
      case "false", "False" -> new Expression.Constant(Value.Bool.FALSE, token.offset());
      case "none", "None" -> new Expression.Constant(Value.None.NONE, token.offset());
      default -> {
        known.read(token.text());
        yield new Expression.Name(token.text(), token.offset());
      }
    };
  }

  /// One string literal, or several in a row that are one.
  private Expression string() {
    int offset = tokens.current().offset();
    StringBuilder value = new StringBuilder();
    while (tokens.at(Kind.STRING)) {
      value.append(tokens.next().text());
    }
    return new Expression.Constant(Text.template(value.toString()), offset);
  }

  private Value integer(Token token) {
    String digits = token.text().replace("_", "");
    int radix =
        switch (digits.length() > 1 ? Character.toLowerCase(digits.charAt(1)) : '0') {
          case 'x' -> 16;
          case 'o' -> 8;
          case 'b' -> 2;
          default -> 10;
        };
    if (digits.length() > 4300) {
      throw tokens.failure("an integer may have at most 4300 digits", token.offset());
    }
    return new Value.Int(new BigInteger(radix == 10 ? digits : digits.substring(2), radix));
  }

  private Expression bracketed(Token open) {
    tokens.next();
    return switch (open.text()) {
      case "(" -> {
        Expression inner =
            tokens.atOperator(")")
                ? new Expression.Items(Sequence.Kind.TUPLE, List.of(), open.offset())
                : expressions.tuple(ExpressionParser.Level.ANY);
        tokens.expectOperator(")");
        yield inner;
      }
      case "[" -> list(open);
      case "{" -> dict(open);
      default ->
          throw tokens.failure(
              "expected an expression, found " + open.description(), open.offset());
    };
  }

  private Expression list(Token open) {
    List<Expression> elements = new ArrayList<>();
    while (!tokens.atOperator("]")) {
      elements.add(expressions.expression());
      if (!tokens.skipOperator(",") && !tokens.atOperator("]")) {
        throw tokens.expected("',' or ']'");
      }
    }
    tokens.next();
    return new Expression.Items(Sequence.Kind.LIST, elements, open.offset());
  }

  private Expression dict(Token open) {
    List<Expression.Pair> pairs = new ArrayList<>();
    while (!tokens.atOperator("}")) {
      Expression key = expressions.expression();
      tokens.expectOperator(":");
      pairs.add(new Expression.Pair(key, expressions.expression()));
      if (!tokens.skipOperator(",") && !tokens.atOperator("}")) {
        throw tokens.expected("',' or '}'");
      }
    }
    tokens.next();
    return new Expression.DictLiteral(pairs, open.offset());
  }
}
