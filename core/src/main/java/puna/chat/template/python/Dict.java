package puna.chat.template.python;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// A dict: values by key, in the order of insertion.
public final class Dict implements Value {
  private final SequencedMap<Object, Entry> entries;
  private final long weight;
  private final int depth;

  private Dict(SequencedMap<Object, Entry> entries, Bulk bulk) {
    this.entries = entries;
    this.weight = bulk.weight();
    this.depth = bulk.depth();
  }

  public record Entry(Value key, Value value) {}

  /// A dict as it is filled. A second value for a key takes the place of the first.
  public static final class Builder {
    private final SequencedMap<Object, Entry> entries = new LinkedHashMap<>();
    private final Bulk bulk = new Bulk();

    public Builder put(Value key, Value value) {
      bulk.add(key);
      bulk.add(value);
      Entry earlier = entries.get(Keys.of(key));
      entries.put(Keys.of(key), new Entry(earlier == null ? key : earlier.key(), value));
      return this;
    }

    public Dict build() {
      return new Dict(entries, bulk);
    }
  }

  public long weight() {
    return weight;
  }

  int depth() {
    return depth;
  }

  public int size() {
    return entries.size();
  }

  public Iterable<Entry> entries() {
    return entries.values();
  }

  public Optional<Value> get(String key) {
    Entry entry = entries.get(key);
    return entry == null ? Optional.empty() : Optional.of(entry.value());
  }

  /// @throws TemplateException when the key is of a kind that cannot be one
  public Optional<Value> get(Value key) {
    Entry entry = entries.get(Keys.of(key));
    return entry == null ? Optional.empty() : Optional.of(entry.value());
  }

  public List<Value> keys() {
    List<Value> keys = new ArrayList<>(entries.size());
    entries.values().forEach(entry -> keys.add(entry.key()));
    return keys;
  }

  public List<Value> values() {
    List<Value> values = new ArrayList<>(entries.size());
    entries.values().forEach(entry -> values.add(entry.value()));
    return values;
  }

  /// Its entries as tuples of key and value.
  public List<Value> items() {
    List<Value> items = new ArrayList<>(entries.size());
    entries
        .values()
        .forEach(entry -> items.add(Sequence.tuple(List.of(entry.key(), entry.value()))));
    return items;
  }
}
