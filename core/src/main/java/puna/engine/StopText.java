package puna.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Text on its way out, held back where it could be the beginning of a stop string.
///
/// Each stop string has an automaton of its own (Knuth, Morris, Pratt 1977): after every character
/// it knows the longest of its beginnings that the text ends with, so the work is one step a
/// character and string, however long the strings are. The stop string that is complete first ends
/// the text; of several that are complete at once the longest, because it began first. What comes
/// out does not depend on how the text was cut into pieces.
final class StopText {
  private final char[][] stops;
  private final int[][]
      borders; // by string and length: the longest proper border of that beginning
  private final int[] matched; // by string: characters of it that the text ends with
  private final StringBuilder held = new StringBuilder();
  private @Nullable String stop; // that was complete first

  /// @param stops not empty each
  StopText(List<String> stops) {
    this.stops = stops.stream().map(String::toCharArray).toArray(char[][]::new);
    borders = new int[this.stops.length][];
    for (int i = 0; i < borders.length; i++) {
      borders[i] = borders(this.stops[i]);
    }
    matched = new int[this.stops.length];
  }

  /// Takes the next piece in; returns the text that can no longer be part of a stop string.
  String append(String piece) {
    if (stops.length == 0) {
      return piece;
    }
    for (int i = 0; i < piece.length() && stop == null; i++) {
      held.append(piece.charAt(i));
      int complete = advance(piece.charAt(i));
      if (complete > 0) {
        stop = held.substring(held.length() - complete);
        held.setLength(held.length() - complete);
        return release(0);
      }
    }
    int keep = 0;
    for (int length : matched) {
      keep = Math.max(keep, length);
    }
    return stop == null ? release(keep) : "";
  }

  /// The text that is still held back, where no stop string can go on.
  String breakOff() {
    Arrays.fill(matched, 0);
    return release(0);
  }

  /// The text that is still held back, when no more comes.
  String finish() {
    return release(0);
  }

  /// True while text is held back.
  boolean isHolding() {
    return !held.isEmpty();
  }

  /// True once a stop string was complete.
  boolean isStopped() {
    return stop != null;
  }

  /// The stop string that was complete; empty where none was.
  Optional<String> stop() {
    return Optional.ofNullable(stop);
  }

  /// Steps every automaton; returns the length of the longest string that is complete, or 0.
  private int advance(char next) {
    int complete = 0;
    for (int s = 0; s < stops.length; s++) {
      char[] stop = stops[s];
      int length = matched[s];
      while (length > 0 && stop[length] != next) {
        length = borders[s][length];
      }
      if (stop[length] == next) {
        length++;
      }
      matched[s] = length;
      if (length == stop.length) {
        complete = Math.max(complete, length);
      }
    }
    return complete;
  }

  private String release(int keep) {
    String out = held.substring(0, held.length() - keep);
    held.delete(0, out.length());
    return out;
  }

  private static int[] borders(char[] stop) {
    int[] borders = new int[stop.length + 1];
    for (int end = 1, length = 0; end < stop.length; end++) {
      while (length > 0 && stop[length] != stop[end]) {
        length = borders[length];
      }
      if (stop[length] == stop[end]) {
        length++;
      }
      borders[end + 1] = length;
    }
    return borders;
  }
}
