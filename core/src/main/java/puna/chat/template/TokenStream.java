package puna.chat.template;

import java.util.List;
import java.util.Optional;
import puna.chat.template.Token.Kind;
import puna.chat.template.python.TemplateException;

/// The tokens of a template, as a parser walks through them.
final class TokenStream {
  private static final int MAX_DEPTH = 120;

  private final String source;
  private final List<Token> tokens;
  private int position;
  private int depth;

  TokenStream(String source) {
    this.source = source;
    this.tokens = Lexer.tokenize(source);
  }

  Token current() {
    return tokens.get(position);
  }

  Token following() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = current();
    if (token.kind() != Kind.END) {
      position++;
    }
    return token;
  }

  boolean at(Kind kind) {
    return current().kind() == kind;
  }

  boolean atOperator(String operator) {
    return current().is(Kind.OPERATOR, operator);
  }

  boolean atName(String name) {
    return current().is(Kind.NAME, name);
  }

  boolean skipOperator(String operator) {
    return skip(Kind.OPERATOR, operator).isPresent();
  }

  boolean skipName(String name) {
    return skip(Kind.NAME, name).isPresent();
  }

  private Optional<Token> skip(Kind kind, String text) {
    return current().is(kind, text) ? Optional.of(next()) : Optional.empty();
  }

  Token expect(Kind kind, String what) {
    if (!at(kind)) {
      throw expected(what);
    }
    return next();
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw expected("'" + operator + "'");
    }
  }

  TemplateException expected(String what) {
    return failure("expected %s, found %s".formatted(what, current().description()));
  }

  TemplateException failure(String message) {
    return failure(message, current().offset());
  }

  TemplateException failure(String message, int offset) {
    return new TemplateException(message).at(source, offset);
  }

  /// Goes one level down; whoever does comes up again with [#leave].
  ///
  /// @throws TemplateException when the template is nested too deeply
  void enter() {
    if (++depth > MAX_DEPTH) {
      throw failure("a template may be nested at most " + MAX_DEPTH + " levels deep");
    }
  }

  void leave() {
    depth--;
  }
}
