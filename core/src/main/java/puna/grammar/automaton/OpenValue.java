package puna.grammar.automaton;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.grammar.Demand;
import puna.grammar.Words;

/// An array or object that is being written, with those around it. Immutable.
///
/// @param depth how many arrays and objects are open
/// @param demands what is asked of this one
/// @param name true where the next string is a name
/// @param seen the names or elements that came, where something is asked
record OpenValue(
    @Nullable OpenValue outer,
    int depth,
    boolean object,
    List<Demand> demands,
    boolean name,
    @Nullable Seen seen) {

  /// Texts that came, the last one first.
  record Seen(String text, int count, @Nullable Seen before) {}

  /// What a JSON text begins in.
  static OpenValue text() {
    return new OpenValue(null, 0, false, List.of(), false, null);
  }

  OpenValue opened(boolean isObject) {
    return new OpenValue(this, depth + 1, isObject, List.of(), isObject, null);
  }

  OpenValue demanding(List<Demand> more) {
    return new OpenValue(outer, depth, object, more, name, seen);
  }

  OpenValue expecting(boolean nextIsName) {
    return nextIsName == name
        ? this
        : new OpenValue(outer, depth, object, demands, nextIsName, seen);
  }

  /// True where the next string or number may not be one that came before.
  boolean isWatched() {
    return !demands.isEmpty() && (!object || name);
  }

  /// True where the next element must be a number that did not come.
  boolean isOfNumbers() {
    for (Demand demand : demands) {
      if (demand.kind() == Demand.Kind.NUMBERS) {
        return true;
      }
    }
    return false;
  }

  /// With a name or an element, or null where it came before.
  @Nullable OpenValue with(String text) {
    for (Seen at = seen; at != null; at = at.before()) {
      if (at.text().equals(text)) {
        return null;
      }
    }
    Seen more = new Seen(text, count() + 1, seen);
    return new OpenValue(outer, depth, object, demands, false, more);
  }

  int count() {
    return seen == null ? 0 : seen.count();
  }

  /// What comes behind `begun` in those of the texts that begin with it.
  List<byte[]> rests(String begun) {
    List<byte[]> rests = new ArrayList<>();
    for (Seen at = seen; at != null; at = at.before()) {
      if (at.text().startsWith(begun)) {
        rests.add(at.text().substring(begun.length()).getBytes(StandardCharsets.UTF_8));
      }
    }
    return rests;
  }

  /// The texts that may come, where they run out and nothing else is asked.
  @Nullable Words words() {
    return demands.size() == 1 ? demands.getFirst().words().orElse(null) : null;
  }

  /// True where some text that begins like this, and has led its words to a state, did not come.
  /// What is none of the words is another way to read the object, of which nothing is asked.
  boolean hasLeft(String begun, int state) {
    Words words = words();
    if (words == null || state == Words.DEAD) {
      return true;
    }
    long count = words.count(state);
    if (count == Words.ENDLESS) {
      return true;
    }
    for (Seen at = seen; at != null && count > 0; at = at.before()) {
      if (at.text().startsWith(begun) && words.accepts(at.text())) {
        count--;
      }
    }
    return count > 0;
  }

  /// True where what begins like this is one of few.
  boolean isBounded(int state) {
    Words words = words();
    return words != null && state != Words.DEAD && words.count(state) != Words.ENDLESS;
  }
}
