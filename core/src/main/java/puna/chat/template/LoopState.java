package puna.chat.template;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Comparing;
import puna.chat.template.python.Member;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Value;

/// The `loop` of a loop. It looks ahead in its values only when asked: a condition on them may
/// depend on what the body does.
final class LoopState implements Member {
  private final Iterator<Value> values;
  private final int depth;
  private final Optional<Function> recursion;
  private final Deque<Value> ahead = new ArrayDeque<>();
  private int index = -1;
  private @Nullable Value previous;
  private @Nullable Value current;
  private List<Value> lastChanged = List.of();
  private boolean hasChanged;

  /// @param depth how many recursive loops are around, 0 outermost
  /// @param recursion what calling the loop does
  LoopState(Iterator<Value> values, int depth, Optional<Function> recursion) {
    this.values = values;
    this.depth = depth;
    this.recursion = recursion;
  }

  /// Steps to the next value.
  ///
  /// @return null after the last
  @Nullable Value advance() {
    if (!hasNext()) {
      return null;
    }
    previous = current;
    current = ahead.remove();
    index++;
    return current;
  }

  private boolean hasNext() {
    if (ahead.isEmpty() && values.hasNext()) {
      ahead.add(values.next());
    }
    return !ahead.isEmpty();
  }

  private int length() {
    values.forEachRemaining(ahead::add);
    return index + 1 + ahead.size();
  }

  @Override
  public String description() {
    return "<LoopContext " + (index + 1) + "/" + length() + ">";
  }

  @Override
  public boolean isCallable() {
    return recursion.isPresent();
  }

  @Override
  public Value call(Arguments arguments) {
    return recursion
        .orElseThrow(
            () -> new TemplateException("the loop must have the 'recursive' marker to be called"))
        .call(arguments);
  }

  @Override
  public Optional<Value> attribute(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "index" -> Value.Int.of(index + 1L);
          case "index0" -> Value.Int.of(index);
          case "revindex" -> Value.Int.of(length() - index);
          case "revindex0" -> Value.Int.of(length() - index - 1L);
          case "first" -> Value.Bool.of(index == 0);
          case "last" -> Value.Bool.of(!hasNext());
          case "length" -> Value.Int.of(length());
          case "depth" -> Value.Int.of(depth + 1L);
          case "depth0" -> Value.Int.of(depth);
          case "previtem" -> index == 0 ? undefined("there is no previous item") : previous;
          case "nextitem" -> hasNext() ? ahead.peek() : undefined("there is no next item");
          case "cycle" -> Member.function("cycle", this::cycle);
          case "changed" -> Member.function("changed", this::changed);
          default -> null;
        });
  }

  private static Value undefined(String reason) {
    return new Undefined(reason);
  }

  private Value cycle(Arguments arguments) {
    List<Value> choices = arguments.positional();
    if (choices.isEmpty()) {
      throw new TemplateException("no items for cycling given");
    }
    return choices.get(index % choices.size());
  }

  private Value changed(Arguments arguments) {
    List<Value> now = arguments.positional();
    boolean isSame =
        hasChanged && Comparing.equal(Sequence.tuple(lastChanged), Sequence.tuple(now));
    lastChanged = now;
    hasChanged = true;
    return Bool.of(!isSame);
  }
}
