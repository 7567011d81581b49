package puna.chat.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import puna.chat.template.ExpressionParser.Level;
import puna.chat.template.Statement.Target;
import puna.chat.template.Token.Kind;
import puna.chat.template.python.Text;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// Tokens to statements.
final class StatementParser {
  private final TokenStream tokens;
  private final KnownNames known = new KnownNames();
  private final ExpressionParser expressions;
  private final Map<String, Statement.Block> blocks = new HashMap<>();
  private int loops;

  private StatementParser(String source) {
    this.tokens = new TokenStream(source);
    this.expressions = new ExpressionParser(tokens, known);
  }

  /// @throws TemplateException when the source breaks a rule of the language
  static Parsed parse(String source) {
    StatementParser parser = new StatementParser(source);
    List<Statement> statements = parser.body(Set.of());
    if (!parser.tokens.at(Kind.END)) {
      throw parser.tokens.expected("the end of the template");
    }
    return new Parsed(statements, Map.copyOf(parser.blocks));
  }

  /// @param blocks those of the template by name, which stand among the statements too
  record Parsed(List<Statement> statements, Map<String, Statement.Block> blocks) {}

  /// Statements up to one of these tags, whose name is then the current token.
  private List<Statement> body(Set<String> ends) {
    tokens.enter();
    List<Statement> statements = new ArrayList<>();
    while (!tokens.at(Kind.END)) {
      if (tokens.at(Kind.DATA)) {
        statements.add(new Statement.Output(Text.template(tokens.next().text())));
      } else if (tokens.at(Kind.PRINT_BEGIN)) {
        tokens.next();
        statements.add(new Statement.Print(expressions.tuple(Level.ANY), known.escape()));
        tokens.expect(Kind.PRINT_END, "'}}'");
      } else {
        tokens.expect(Kind.BLOCK_BEGIN, "'{%'");
        if (tokens.at(Kind.NAME) && ends.contains(tokens.current().text())) {
          tokens.leave();
          return statements;
        }
        statements.add(statement());
        tokens.expect(Kind.BLOCK_END, "'%}'");
      }
    }
    if (!ends.isEmpty()) {
      throw tokens.expected(
          "{% " + String.join(" %} or {% ", ends.stream().sorted().toList()) + " %}");
    }
    tokens.leave();
    return statements;
  }

  /// The body of a tag whose end has no arguments.
  private List<Statement> bodyTo(String end) {
    tokens.expect(Kind.BLOCK_END, "'%}'");
    List<Statement> body = body(Set.of(end));
    tokens.next();
    return body;
  }

  private Statement statement() {
    Token tag = tokens.expect(Kind.NAME, "the name of a tag");
    int offset = tag.offset();
    return switch (tag.text()) {
      case "if" -> conditional();
      case "for" -> loop(offset);
      case "set" -> assignment(offset);
      case "macro" -> macro();
      case "call" -> callBlock();
      case "filter" -> filterBlock(offset);
      case "with" -> with();
      case "generation" -> new Statement.Scoped(strictly(() -> bodyTo("endgeneration")));
      case "block" -> block();
      case "autoescape" -> autoEscape();
      case "print" -> printed();
      case "break" -> jump(Statement.Jump.BREAK, offset);
      case "continue" -> jump(Statement.Jump.CONTINUE, offset);
      case "include", "import", "from", "extends" -> refused(tag);
      default -> throw tokens.failure("there is no tag '" + tag.text() + "' here", offset);
    };
  }

  private interface Part {
    List<Statement> parse();
  }

  private List<Statement> strictly(Part part) {
    return in(KnownNames.Mode.STRICT, part);
  }

  private List<Statement> in(KnownNames.Mode mode, Part part) {
    KnownNames.Mode outer = known.enter(mode);
    List<Statement> body = part.parse();
    known.enter(outer);
    return body;
  }

  private Statement conditional() {
    List<Statement.Branch> branches = new ArrayList<>();
    List<Statement> otherwise = List.of();
    KnownNames.Mode outer = known.enter(KnownNames.Mode.LENIENT);
    do {
      Expression condition = expressions.tuple(Level.WITHOUT_CONDITION);
      tokens.expect(Kind.BLOCK_END, "'%}'");
      branches.add(new Statement.Branch(condition, body(Set.of("elif", "else", "endif"))));
    } while (tokens.skipName("elif"));
    if (tokens.skipName("else")) {
      otherwise = bodyTo("endif");
    } else {
      tokens.next();
    }
    known.enter(outer);
    return new Statement.If(branches, otherwise);
  }

  private Statement loop(int offset) {
    Target target = target();
    if (!tokens.skipName("in")) {
      throw tokens.expected("'in'");
    }
    Expression iterable = expressions.tuple(Level.WITHOUT_CONDITION);
    Optional<Expression> condition =
        tokens.skipName("if") ? Optional.of(expressions.expression()) : Optional.empty();
    Statement.Recursion recursion =
        tokens.skipName("recursive") ? Statement.Recursion.RECURSIVE : Statement.Recursion.NONE;
    tokens.expect(Kind.BLOCK_END, "'%}'");
    loops++;
    List<Statement> body = strictly(() -> body(Set.of("else", "endfor")));
    loops--;
    List<Statement> otherwise = List.of();
    if (tokens.skipName("else")) {
      otherwise = strictly(() -> bodyTo("endfor"));
    } else {
      tokens.next();
    }
    return new Statement.For(
        new Statement.Loop(target, iterable, condition, recursion), body, otherwise, offset);
  }

  private Statement jump(Statement.Jump jump, int offset) {
    if (loops == 0) {
      throw tokens.failure("'break' and 'continue' belong into a loop", offset);
    }
    return jump;
  }

  private Statement assignment(int offset) {
    Target target = target();
    if (tokens.skipOperator("=")) {
      return new Statement.Assignment(target, expressions.tuple(Level.ANY), offset);
    }
    List<Expression.Filter> filters = new ArrayList<>();
    while (tokens.skipOperator("|")) {
      filters.add(filter());
    }
    return new Statement.BlockAssignment(
        target, new Statement.FilterChain(filters), strictly(() -> bodyTo("endset")), offset);
  }

  private Expression.Filter filter() {
    Expression body = new Expression.Constant(Text.EMPTY, tokens.current().offset());
    return expressions.filter(body);
  }

  private Statement filterBlock(int offset) {
    List<Expression.Filter> filters = new ArrayList<>();
    do {
      filters.add(filter());
    } while (tokens.skipOperator("|"));
    return new Statement.Filtered(
        new Statement.FilterChain(filters), strictly(() -> bodyTo("endfilter")), offset);
  }

  private Target target() {
    List<Target> targets = new ArrayList<>();
    boolean isTuple = false;
    do {
      if (isTuple && !tokens.at(Kind.NAME) && !tokens.atOperator("(")) {
        break;
      }
      targets.add(tokens.atOperator("(") ? parenthesized() : simpleTarget());
      isTuple |= tokens.atOperator(",");
    } while (tokens.skipOperator(",") && !tokens.atName("in"));
    return isTuple ? new Target.Unpacked(targets) : targets.getFirst();
  }

  private Target parenthesized() {
    tokens.enter();
    tokens.next();
    Target inner = target();
    tokens.expectOperator(")");
    tokens.leave();
    return inner;
  }

  private Target simpleTarget() {
    Token name = tokens.expect(Kind.NAME, "a name to assign to");
    if (Set.of("true", "false", "none", "True", "False", "None").contains(name.text())) {
      throw tokens.failure("'" + name.text() + "' cannot be assigned to", name.offset());
    }
    if (tokens.skipOperator(".")) {
      return new Target.Member(name.text(), tokens.expect(Kind.NAME, "a name").text());
    }
    return new Target.Variable(name.text());
  }

  private Statement macro() {
    String name = tokens.expect(Kind.NAME, "the name of the macro").text();
    List<Statement.Parameter> parameters = signature();
    known.enterMacro();
    List<Statement> body = macroBody("endmacro");
    return new Statement.MacroDefinition(
        new Statement.MacroShape(name, parameters, known.leaveMacro()), body);
  }

  private List<Statement> macroBody(String end) {
    int outer = loops;
    loops = 0;
    List<Statement> body = strictly(() -> bodyTo(end));
    loops = outer;
    return body;
  }

  private List<Statement.Parameter> signature() {
    List<Statement.Parameter> parameters = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.atOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      Token name = tokens.expect(Kind.NAME, "the name of a parameter");
      Optional<Expression> fallback =
          tokens.skipOperator("=") ? Optional.of(expressions.expression()) : Optional.empty();
      if (fallback.isEmpty()
          && !parameters.isEmpty()
          && parameters.getLast().fallback().isPresent()) {
        throw tokens.failure(
            "a parameter without a default must stand before those with one", name.offset());
      }
      parameters.add(new Statement.Parameter(name.text(), fallback));
    }
    tokens.next();
    return parameters;
  }

  private Statement callBlock() {
    List<Statement.Parameter> parameters = tokens.atOperator("(") ? signature() : List.of();
    int offset = tokens.current().offset();
    if (!(expressions.expression() instanceof Expression.Call call)) {
      throw tokens.failure("'call' wants a call of a macro", offset);
    }
    known.enterMacro();
    List<Statement> body = macroBody("endcall");
    Set<String> reads = known.leaveMacro();
    return new Statement.CallBlock(
        call, new Statement.MacroShape("caller", parameters, reads), body);
  }

  private Statement with() {
    List<Statement.Assignment> assignments = new ArrayList<>();
    while (!tokens.at(Kind.BLOCK_END)) {
      if (!assignments.isEmpty()) {
        tokens.expectOperator(",");
      }
      int offset = tokens.current().offset();
      Target target = simpleTarget();
      tokens.expectOperator("=");
      assignments.add(new Statement.Assignment(target, expressions.expression(), offset));
    }
    return new Statement.With(assignments, strictly(() -> bodyTo("endwith")));
  }

  private Statement block() {
    Token name = tokens.expect(Kind.NAME, "the name of the block");
    Statement.Visibility visibility =
        tokens.skipName("scoped") ? Statement.Visibility.SCOPED : Statement.Visibility.OUTERMOST;
    if (tokens.skipName("required")) {
      visibility = Statement.Visibility.REQUIRED;
    }
    Expression.Escape outer = known.escape(Expression.Escape.NEVER);
    List<Statement> body = macroBody("endblock");
    known.escape(outer);
    tokens.skipName(name.text());
    if (visibility == Statement.Visibility.REQUIRED && !Silence.of(body)) {
      throw tokens.failure("a required block can hold comments alone", name.offset());
    }
    Statement.Block block = new Statement.Block(name.text(), body, visibility);
    if (blocks.put(name.text(), block) != null) {
      throw tokens.failure("block '" + name.text() + "' defined twice", name.offset());
    }
    return block;
  }

  private Statement printed() {
    List<Statement> parts = new ArrayList<>();
    do {
      parts.add(new Statement.Print(expressions.expression(), known.escape()));
    } while (tokens.skipOperator(","));
    return new Statement.Scoped(parts);
  }

  private Statement autoEscape() {
    Expression condition = expressions.expression();
    Expression.Escape outer =
        known.escape(
            switch (condition) {
              case Expression.Constant(Value value, _) ->
                  Types.isTrue(value) ? Expression.Escape.ALWAYS : Expression.Escape.NEVER;
              default -> Expression.Escape.ASKED;
            });
    List<Statement> body = strictly(() -> bodyTo("endautoescape"));
    known.escape(outer);
    return new Statement.AutoEscape(condition, body);
  }

  /// A tag that fails when it is reached.
  private Statement refused(Token tag) {
    while (!tokens.at(Kind.BLOCK_END) && !tokens.at(Kind.END)) {
      tokens.next();
    }
    return new Statement.Refused(tag.text(), tag.offset());
  }
}
