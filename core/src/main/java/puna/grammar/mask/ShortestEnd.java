package puna.grammar.mask;

import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import puna.grammar.automaton.Automaton;
import puna.grammar.automaton.Frame;
import puna.grammar.automaton.RuleEnds;
import puna.grammar.automaton.State;

/// How far the end of an answer is, for one answer: the fewest bytes that lead there, and how many
/// tokens write them.
final class ShortestEnd {
  private static final int NEVER = RuleEnds.NEVER;

  private static final int LONGEST_TOKEN = 32;
  private static final int DELETE = 0x7F;
  private static final int LAST_BYTE = 0xF4; // of UTF-8

  private final Automaton automaton;
  private final TokenTrie trie;
  private final RuleEnds ends;
  private final boolean hasBytes; // a token for each byte of texts, so a byte is a token at most
  private final IdentityHashMap<Frame, Integer> behind = new IdentityHashMap<>();
  private final Map<State, Integer> bytes = new HashMap<>();
  private final Map<State, Integer> tokens = new HashMap<>();

  ShortestEnd(StateMasks masks) {
    this.automaton = masks.automaton();
    this.trie = masks.trie();
    this.ends = masks.ends();
    this.hasBytes = hasBytes();
  }

  private boolean hasBytes() {
    for (int value = ' '; value <= LAST_BYTE; value++) {
      boolean written = value != DELETE && value != 0xC0 && value != 0xC1;
      if (written && token(new byte[] {(byte) value}, 0, 1) < 0) {
        return false;
      }
    }
    return true;
  }

  /// The fewest bytes from a state to the end.
  int bytes(State state) {
    Integer known = bytes.get(state);
    if (known == null) {
      int least = state.ending.accepts() ? 0 : NEVER;
      for (int i = 0; i < state.nodes.length; i++) {
        Frame frame = state.frames[i];
        least = Math.min(least, ends.toEnd(state.nodes[i], frame.marks) + behind(frame));
      }
      known = least;
      bytes.put(state, known);
    }
    return known;
  }

  /// A number of tokens that is enough, found without looking for them.
  int bound(State state) {
    return hasBytes ? bytes(state) : NEVER;
  }

  private int behind(Frame frame) {
    Integer known = behind.get(frame);
    if (known == null) {
      int least = NEVER;
      for (int i = 0; i < frame.returns.length; i++) {
        Frame parent = frame.parents[i];
        int way = parent == null ? 0 : ends.toEnd(frame.returns[i], parent.marks) + behind(parent);
        least = Math.min(least, way);
      }
      known = least;
      behind.put(frame, known);
    }
    return known;
  }

  /// Whether the end can be reached with so many tokens. Where it can, it can with one less after
  /// one of the tokens that may come.
  boolean isWithin(int left, State state) {
    int far = bytes(state);
    if (far == 0 || left <= 0) {
      return far == 0 && left >= 0;
    }
    return hasBytes && far <= left || far < NEVER && tokens(state) <= left;
  }

  /// The tokens that a shortest text to the end is written with, each as long as can be.
  int tokens(State state) {
    Integer known = tokens.get(state);
    if (known == null) {
      byte[] text = text(state);
      known = 0;
      int at = 0;
      while (at < text.length) {
        int length = Math.min(LONGEST_TOKEN, text.length - at);
        while (length > 0 && token(text, at, at + length) < 0) {
          length--;
        }
        if (length == 0) {
          known = NEVER;
          break;
        }
        at += length;
        known++;
      }
      tokens.put(state, known);
    }
    return known;
  }

  private byte[] text(State start) {
    byte[] text = new byte[bytes(start)];
    State state = start;
    for (int i = 0; i < text.length; i++) {
      int value = nearer(state, text.length - i - 1);
      text[i] = (byte) value;
      state = automaton.step(state, value);
    }
    return text;
  }

  private int nearer(State state, int far) {
    for (int i = 0; i < 256; i++) {
      int value = i + ' ' & 0xFF; // what can be read first
      State next = automaton.step(state, value);
      if (!next.isDead() && bytes(next) == far) {
        return value;
      }
    }
    throw new IllegalStateException("no byte leads nearer to the end");
  }

  /// A token of these bytes, or -1.
  private int token(byte[] text, int from, int to) {
    TrieNodes nodes = trie.nodes();
    int inPlain = find(text, from, to, 0, nodes.plainTokens());
    return inPlain >= 0 ? inPlain : find(text, from, to, nodes.plainTokens(), nodes.order.length);
  }

  private int find(byte[] text, int from, int to, int first, int end) {
    int low = first;
    int high = end - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      byte[] token = trie.bytes(trie.nodes().order[middle]);
      int order = Arrays.compareUnsigned(token, 0, token.length, text, from, to);
      if (order == 0) {
        return trie.nodes().order[middle];
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }
}
