package puna.chat.template;

import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.chat.template.Statement.Target;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Html;
import puna.chat.template.python.Member;
import puna.chat.template.python.Namespace;
import puna.chat.template.python.Printing;
import puna.chat.template.python.Rendering;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.TextBuilder;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// One render: runs statements, which print into a text.
final class Interpreter implements Rendering {
  private static final int MAX_STREAMS = 50;

  private final String source;
  private final Clock clock;
  private final Budget budget = new Budget();
  private final Evaluator evaluator;
  private final Scope outermost = new Scope();
  private Text.Escaping escaping = Text.Escaping.NONE;

  /// @param context the variables of the render, over the globals
  Interpreter(String source, Map<String, Value> context, Clock clock) {
    this.source = source;
    this.clock = clock;
    this.evaluator = new Evaluator(source, this, budget, context);
  }

  /// How a body ended.
  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  Text render(StatementParser.Parsed template) {
    TextBuilder out = new TextBuilder();
    outermost.set("self", new Blocks(template.blocks(), this::printed));
    run(template.statements(), outermost, out);
    return out.build();
  }

  private Text printed(Statement.Block block) {
    TextBuilder out = new TextBuilder();
    budget.enter();
    run(block, outermost, out);
    budget.leave();
    return out.build().with(escaping);
  }

  private Flow block(Statement.Block block, Scope scope, TextBuilder out) {
    return switch (block.visibility()) {
      case SCOPED -> run(block.body(), new Scope(scope), out);
      case OUTERMOST -> run(block.body(), new Scope(outermost), out);
      case REQUIRED ->
          throw new TemplateException("Required block '" + block.name() + "' not found")
              .at(source, 0);
    };
  }

  /// A break in the body leaves the escaping on, as it does in Jinja2.
  private Flow escaped(Statement.AutoEscape block, Scope scope, TextBuilder out) {
    Text.Escaping before = escaping;
    boolean isOn = evaluator.isTrue(block.condition(), scope);
    escaping = isOn ? Text.Escaping.SAFE : Text.Escaping.NONE;
    Flow flow = run(block.body(), new Scope(scope), out);
    escaping = flow == Flow.ON ? before : escaping;
    return flow;
  }

  private Flow run(List<Statement> statements, Scope scope, TextBuilder out) {
    budget.enter();
    for (Statement statement : statements) {
      Flow flow = run(statement, scope, out);
      if (flow != Flow.ON) {
        budget.leave();
        return flow;
      }
    }
    budget.leave();
    return Flow.ON;
  }

  private Flow run(Statement statement, Scope scope, TextBuilder out) {
    switch (statement) {
      case Statement.Output(Text text) -> out.append(text);
      case Statement.Print print -> print(print, scope, out);
      case Statement.If choice -> {
        return choose(choice, scope, out);
      }
      case Statement.For loop -> loop(loop, scope, out);
      case Statement.Assignment assignment -> assign(assignment, scope);
      case Statement.BlockAssignment assignment -> assign(assignment, scope);
      case Statement.Filtered block -> print(block, scope, out);
      case Statement.MacroDefinition definition ->
          scope.set(definition.shape().name(), macro(definition.shape(), definition.body(), scope));
      case Statement.CallBlock block -> call(block, scope, out);
      case Statement.With with -> {
        return with(with, scope, out);
      }
      case Statement.Block block -> {
        return block(block, scope, out);
      }
      case Statement.AutoEscape block -> {
        return escaped(block, scope, out);
      }
      case Statement.Scoped(List<Statement> body) -> {
        return run(body, new Scope(scope), out);
      }
      case Statement.Jump jump -> {
        return jump == Statement.Jump.BREAK ? Flow.BREAK : Flow.CONTINUE;
      }
      case Statement.Refused refused ->
          throw new TemplateException("there are no other templates to " + refused.tag())
              .at(source, refused.offset());
    }
    return Flow.ON;
  }

  private void assign(Statement.Assignment assignment, Scope scope) {
    at(
        assignment.offset(),
        () -> assign(assignment.target(), evaluator.evaluate(assignment.value(), scope), scope));
  }

  private void assign(Statement.BlockAssignment assignment, Scope scope) {
    at(
        assignment.offset(),
        () -> {
          Value value = filtered(assignment.filters(), assignment.body(), scope);
          assign(assignment.target(), value, scope);
        });
  }

  private void print(Statement.Filtered block, Scope scope, TextBuilder out) {
    at(
        block.offset(),
        () -> out.append(Printing.string(filtered(block.filters(), block.body(), scope))));
  }

  private void at(int offset, Runnable step) {
    try {
      step.run();
    } catch (TemplateException e) {
      throw e.at(source, offset);
    }
  }

  private void print(Statement.Print print, Scope scope, TextBuilder out) {
    Value value = evaluator.evaluate(print.expression(), scope);
    boolean escapes =
        switch (print.escape()) {
          case NEVER -> false;
          case ALWAYS -> true;
          // as in Jinja2, whose compiler prints constants before it knows
          case ASKED ->
              escaping == Text.Escaping.SAFE
                  && !(print.expression() instanceof Expression.Constant);
        };
    at(
        print.expression().offset(),
        () -> {
          evaluator.chargeWalk(value);
          out.append(escapes ? Html.escape(TextFilters.soft(value)) : Printing.string(value));
        });
  }

  private Flow choose(Statement.If choice, Scope scope, TextBuilder out) {
    for (Statement.Branch branch : choice.branches()) {
      if (evaluator.isTrue(branch.condition(), scope)) {
        return run(branch.body(), scope, out);
      }
    }
    return run(choice.otherwise(), scope, out);
  }

  private void loop(Statement.For loop, Scope scope, TextBuilder out) {
    Value values = evaluator.evaluate(loop.loop().iterable(), scope);
    at(loop.offset(), () -> loop(new Round(loop, scope, 0), values, out));
  }

  /// A loop and where it runs.
  private record Round(Statement.For statement, Scope outer, int depth) {}

  private void loop(Round round, Value values, TextBuilder out) {
    Statement.For statement = round.statement();
    LoopState state = state(round, values);
    boolean isEmpty = true;
    for (Value value = state.advance(); value != null; value = state.advance()) {
      isEmpty = false;
      Scope scope = new Scope(round.outer());
      scope.set("loop", state);
      assign(statement.loop().target(), value, scope);
      if (run(statement.body(), scope, out) == Flow.BREAK) {
        break;
      }
    }
    if (isEmpty) {
      run(statement.otherwise(), new Scope(round.outer()), out);
    }
  }

  private LoopState state(Round round, Value values) {
    Statement.Loop loop = round.statement().loop();
    Iterator<Value> iterator = Types.iterate(values);
    if (loop.condition().isPresent()) {
      Expression condition = loop.condition().get();
      iterator =
          Evaluator.filtered(
              iterator,
              value -> {
                Scope scope = new Scope(round.outer());
                assign(loop.target(), value, scope);
                return evaluator.isTrue(condition, scope);
              });
    }
    Optional<Member.Function> recursion =
        loop.recursion() == Statement.Recursion.NONE
            ? Optional.empty()
            : Optional.of(arguments -> {
              Value inner = arguments.bindPositional("loop", "iterable").require(0);
              TextBuilder nested = new TextBuilder();
              budget.enter();
              loop(new Round(round.statement(), round.outer(), round.depth() + 1), inner, nested);
              budget.leave();
              return nested.build().with(escaping);
            });
    return new LoopState(iterator, round.depth(), recursion);
  }

  private void assign(Target target, Value value, Scope scope) {
    switch (target) {
      case Target.Variable(String name) -> scope.set(name, value);
      case Target.Member(String name, String member) -> {
        @Nullable Value found = scope.find(name);
        if (!(found instanceof Namespace namespace)) {
          throw new TemplateException("cannot assign attribute on non-namespace object");
        }
        namespace.set(member, value);
      }
      case Target.Unpacked(List<Target> targets) -> {
        List<Value> values = Methods.elements(value);
        if (values.size() != targets.size()) {
          throw new TemplateException(
              "%s values are required to unpack, found %s"
                  .formatted(targets.size(), values.size()));
        }
        for (int i = 0; i < targets.size(); i++) {
          assign(targets.get(i), values.get(i), scope);
        }
      }
    }
  }

  private Value filtered(Statement.FilterChain filters, List<Statement> body, Scope outer) {
    Scope scope = new Scope(outer);
    TextBuilder out = new TextBuilder();
    run(body, scope, out);
    Value value = out.build().with(escaping);
    for (Expression.Filter filter : filters.filters()) {
      value = evaluator.filter(filter, value, scope);
    }
    return value;
  }

  private Flow with(Statement.With with, Scope outer, TextBuilder out) {
    Scope scope = new Scope(outer);
    for (Statement.Assignment assignment : with.assignments()) {
      assign(assignment.target(), evaluator.evaluate(assignment.value(), outer), scope);
    }
    return run(with.body(), scope, out);
  }

  private void call(Statement.CallBlock block, Scope scope, TextBuilder out) {
    Value caller = macro(block.shape(), block.body(), new Scope(scope));
    at(
        block.call().offset(),
        () ->
            out.append(
                Printing.string(evaluator.call(block.call(), scope, Map.of("caller", caller)))));
  }

  private Macro macro(Statement.MacroShape shape, List<Statement> body, Scope closure) {
    return new Macro(
        shape,
        arguments -> {
          Scope scope = new Scope(closure);
          new MacroCall(shape, scope, this::fallback).bind(arguments);
          TextBuilder out = new TextBuilder();
          run(body, scope, out);
          return out.build().with(escaping);
        });
  }

  private Value fallback(Statement.Parameter parameter, Scope scope) {
    return parameter.fallback().isPresent()
        ? evaluator.evaluate(parameter.fallback().get(), scope)
        : new Value.Undefined("parameter '" + parameter.name() + "' was not provided");
  }

  @Override
  public void charge(long steps) {
    budget.charge(steps);
  }

  @Override
  public Value filter(String name, Value value, Arguments arguments) {
    evaluator.chargeWalk(value);
    Value result = Filters.apply(name, value, arguments);
    evaluator.chargeWalk(result);
    if (value instanceof Value.Stream in && result instanceof Value.Stream made) {
      if (in.depth() >= MAX_STREAMS) {
        throw new TemplateException("at most " + MAX_STREAMS + " generators may feed each other");
      }
      return new Value.Stream(made.values(), in.depth() + 1);
    }
    return result;
  }

  @Override
  public boolean test(String name, Value value, Arguments arguments) {
    return TemplatePredicates.apply(name, value, arguments);
  }

  @Override
  public Text.Escaping escaping() {
    return escaping;
  }

  @Override
  public Clock clock() {
    return clock;
  }
}
