package puna.chat.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.chat.template.Expression.CallArguments;
import puna.chat.template.Expression.Relation;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Arithmetic;
import puna.chat.template.python.Comparing;
import puna.chat.template.python.Dict;
import puna.chat.template.python.Html;
import puna.chat.template.python.Member;
import puna.chat.template.python.Rendering;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.TextBuilder;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// Expressions to values.
final class Evaluator {
  private final String source;
  private final Rendering runtime;
  private final Budget budget;
  private final Map<String, Value> context;

  /// @param context the variables of the render, over the globals
  Evaluator(String source, Rendering runtime, Budget budget, Map<String, Value> context) {
    this.source = source;
    this.runtime = runtime;
    this.budget = budget;
    this.context = context;
  }

  /// @throws TemplateException with the place of what failed
  Value evaluate(Expression expression, Scope scope) {
    budget.enter();
    try {
      return value(expression, scope);
    } catch (TemplateException e) {
      throw e.at(source, expression.offset());
    } finally {
      budget.leave();
    }
  }

  boolean isTrue(Expression expression, Scope scope) {
    return Types.isTrue(evaluate(expression, scope));
  }

  private Value value(Expression expression, Scope scope) {
    return switch (expression) {
      case Expression.Constant constant -> constant.value();
      case Expression.Name name -> lookUp(name.name(), scope);
      case Expression.Attribute attribute ->
          Access.attribute(evaluate(attribute.object(), scope), attribute.name());
      case Expression.Item item -> item(item, scope);
      case Expression.Slice slice -> slice(slice, scope);
      case Expression.Call call -> call(call, scope, Map.of());
      case Expression.Filter filter -> filter(filter, evaluate(filter.object(), scope), scope);
      case Expression.Test test -> test(test, scope);
      case Expression.Items items -> items(items, scope);
      case Expression.DictLiteral dict -> dict(dict, scope);
      case Expression.Not not -> Value.Bool.of(!isTrue(not.operand(), scope));
      case Expression.Negative negative -> Arithmetic.negate(evaluate(negative.operand(), scope));
      case Expression.Positive positive -> Arithmetic.plus(evaluate(positive.operand(), scope));
      case Expression.And and -> {
        Value left = evaluate(and.left(), scope);
        yield Types.isTrue(left) ? evaluate(and.right(), scope) : left;
      }
      case Expression.Or or -> {
        Value left = evaluate(or.left(), scope);
        yield Types.isTrue(left) ? left : evaluate(or.right(), scope);
      }
      case Expression.Arithmetical operation ->
          charged(
              Arithmetic.apply(
                  operation.operator(),
                  evaluate(operation.left(), scope),
                  evaluate(operation.right(), scope)));
      case Expression.Concatenation concatenation -> concatenate(concatenation, scope);
      case Expression.Comparison comparison -> compare(comparison, scope);
      case Expression.Conditional conditional -> conditional(conditional, scope);
    };
  }

  private Value lookUp(String name, Scope scope) {
    @Nullable Value found = scope.find(name);
    if (found == null) {
      found = context.get(name);
    }
    return found == null ? new Value.Undefined("'" + name + "' is undefined") : found;
  }

  private Value item(Expression.Item item, Scope scope) {
    Value object = evaluate(item.object(), scope);
    if (object instanceof Text text) {
      budget.charge(text.length() / 32);
    }
    return Access.item(object, evaluate(item.key(), scope));
  }

  private Value slice(Expression.Slice slice, Scope scope) {
    Value object = evaluate(slice.object(), scope);
    if (object instanceof Text text) {
      budget.charge(text.length() / 32);
    }
    return charged(
        Access.slice(
            object,
            bound(slice.bounds().start(), scope),
            bound(slice.bounds().stop(), scope),
            bound(slice.bounds().step(), scope)));
  }

  private Value bound(Optional<Expression> bound, Scope scope) {
    return bound.isPresent() ? evaluate(bound.get(), scope) : Value.None.NONE;
  }

  /// @param more named arguments beside those that are written
  Value call(Expression.Call call, Scope scope, Map<String, Value> more) {
    Value callee = evaluate(call.callee(), scope);
    Types.requireDefined(callee);
    if (!(callee instanceof Member member) || !member.isCallable()) {
      throw new TemplateException("'" + Types.name(callee) + "' object is not callable");
    }
    return charged(member.call(arguments(call.arguments(), scope, more)));
  }

  Value filter(Expression.Filter filter, Value value, Scope scope) {
    Arguments arguments = arguments(filter.arguments(), scope, Map.of());
    return runtime.filter(filter.name(), value, arguments);
  }

  private Value test(Expression.Test test, Scope scope) {
    Value value = evaluate(test.object(), scope);
    return Value.Bool.of(
        runtime.test(test.name(), value, arguments(test.arguments(), scope, Map.of())));
  }

  private Arguments arguments(CallArguments written, Scope scope, Map<String, Value> more) {
    if (written.equals(CallArguments.NONE) && more.isEmpty()) {
      return new Arguments(runtime, List.of(), Map.of());
    }
    List<Value> positional = new ArrayList<>(written.positional().size());
    for (Expression argument : written.positional()) {
      positional.add(evaluate(argument, scope));
    }
    Map<String, Value> named = new LinkedHashMap<>();
    written.named().forEach((name, argument) -> named.put(name, evaluate(argument, scope)));
    named.putAll(more);
    written
        .spread()
        .ifPresent(
            spread -> Types.iterate(evaluate(spread, scope)).forEachRemaining(positional::add));
    written.spreadNamed().ifPresent(spread -> spread(evaluate(spread, scope), named));
    return new Arguments(runtime, positional, named);
  }

  private static void spread(Value value, Map<String, Value> named) {
    if (!(value instanceof Dict dict)) {
      throw new TemplateException("argument after ** must be a mapping, not " + Types.name(value));
    }
    for (Dict.Entry entry : dict.entries()) {
      if (!(entry.key() instanceof Text name)) {
        throw new TemplateException("keywords must be strings");
      }
      if (named.put(name.toString(), entry.value()) != null) {
        throw new TemplateException("got two values for the argument '" + name + "'");
      }
    }
  }

  private Value items(Expression.Items items, Scope scope) {
    List<Value> values = new ArrayList<>(items.elements().size());
    for (Expression element : items.elements()) {
      values.add(evaluate(element, scope));
    }
    return Sequence.of(items.kind(), values);
  }

  private Value dict(Expression.DictLiteral literal, Scope scope) {
    Dict.Builder dict = new Dict.Builder();
    for (Expression.Pair pair : literal.pairs()) {
      dict.put(evaluate(pair.key(), scope), evaluate(pair.value(), scope));
    }
    return dict.build();
  }

  private Value concatenate(Expression.Concatenation concatenation, Scope scope) {
    List<Text> parts = new ArrayList<>();
    boolean isHtml = false;
    for (Expression part : concatenation.parts()) {
      Value value = evaluate(part, scope);
      chargeWalk(value);
      Text text = TextFilters.soft(value);
      parts.add(text);
      isHtml |= text.isSafe() && concatenation.escape() == Expression.Escape.ALWAYS;
    }
    TextBuilder out = new TextBuilder();
    for (Text part : parts) {
      out.append(isHtml ? Html.escape(part) : part);
    }
    return charged(out.build().with(isHtml ? Text.Escaping.SAFE : Text.Escaping.NONE));
  }

  private Value compare(Expression.Comparison comparison, Scope scope) {
    Value left = evaluate(comparison.first(), scope);
    for (Expression.Step step : comparison.steps()) {
      Value right = evaluate(step.operand(), scope);
      chargeWalk(left);
      chargeWalk(right);
      if (!holds(step.relation(), left, right)) {
        return Value.Bool.FALSE;
      }
      left = right;
    }
    return Value.Bool.TRUE;
  }

  private boolean holds(Relation relation, Value left, Value right) {
    return switch (relation) {
      case EQUAL -> Comparing.equal(left, right);
      case NOT_EQUAL -> !Comparing.equal(left, right);
      case LESS -> Comparing.less(left, right);
      case LESS_OR_EQUAL -> Comparing.lessOrEqual(left, right);
      case GREATER -> Comparing.less(right, left);
      case GREATER_OR_EQUAL -> Comparing.lessOrEqual(right, left);
      case IN -> contains(right, left);
      case NOT_IN -> !contains(right, left);
    };
  }

  private boolean contains(Value container, Value item) {
    if (container instanceof Text text && item instanceof Text part) {
      TextSearch.charge(runtime, text, part);
    }
    return Comparing.contains(container, item);
  }

  private Value conditional(Expression.Conditional conditional, Scope scope) {
    if (isTrue(conditional.condition(), scope)) {
      return evaluate(conditional.then(), scope);
    }
    return conditional.otherwise().isPresent()
        ? evaluate(conditional.otherwise().get(), scope)
        : new Value.Undefined("the inline if-expression is false and has no else");
  }

  /// Takes the work of making a value from the budget.
  private Value charged(Value value) {
    switch (value) {
      case Text text -> budget.charge(text.length() / 16);
      case Sequence sequence -> budget.charge(sequence.items().size());
      case Dict dict -> budget.charge(dict.size());
      default -> {}
    }
    return value;
  }

  /// Takes the work of walking through a value from the budget, as printing and comparing do.
  void chargeWalk(Value value) {
    switch (value) {
      case Text text -> budget.charge(text.length() / 32);
      case Sequence sequence -> budget.charge(sequence.weight());
      case Dict dict -> budget.charge(dict.weight());
      default -> {}
    }
  }

  /// The values of an iterable that pass a test, each tested when it is asked for.
  static Iterator<Value> filtered(
      Iterator<Value> values, java.util.function.Predicate<Value> test) {
    return new Iterator<>() {
      private @Nullable Value next;

      @Override
      public boolean hasNext() {
        while (next == null && values.hasNext()) {
          Value candidate = values.next();
          next = test.test(candidate) ? candidate : null;
        }
        return next != null;
      }

      @Override
      public Value next() {
        if (!hasNext() || next == null) {
          throw new java.util.NoSuchElementException();
        }
        Value value = next;
        next = null;
        return value;
      }
    };
  }
}
