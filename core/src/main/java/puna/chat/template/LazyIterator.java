package puna.chat.template;

import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import puna.chat.template.python.Value;

/// An iterator that comes into being when it is first asked, as Python's generators do.
final class LazyIterator implements Iterator<Value> {
  private final Supplier<Iterator<Value>> source;
  private @Nullable Iterator<Value> values;

  LazyIterator(Supplier<Iterator<Value>> source) {
    this.source = source;
  }

  @Override
  public boolean hasNext() {
    return values().hasNext();
  }

  @Override
  public Value next() {
    return values().next();
  }

  private Iterator<Value> values() {
    Iterator<Value> begun = values;
    if (begun == null) {
      begun = source.get();
      values = begun;
    }
    return begun;
  }
}
