package puna.token.model;

import java.util.Arrays;
import java.util.BitSet;

/// Byte-pair merging: while any adjacent pair is in the table, the pair of lowest rank becomes its
/// result, the leftmost first among equals.
///
/// One text has one result, so that only the search for the next pair can be quick or slow. Up to
/// 48 symbols, and most words have fewer, all pairs lie in an array that is searched anew for every
/// merge, in n² short steps. Longer ones are a linked list of symbols with a binary heap of their
/// pairs, by rank and then by place: a merge changes two pairs and looks at no other, n log n in
/// all. Pairs that changed meanwhile stay in the heap and are known by their rank when they come
/// up.
///
/// Holds scratch memory, so each call has its own.
///
/// Sources: Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units", arXiv
/// 1508.07909. The list with a heap is SentencePiece's (`bpe_model.cc`), the array for short pieces
/// tiktoken's (`byte_pair_merge`).
final class Merger {
  private static final int SHORT = 48;

  private final PairTable table;
  private final BitSet barred;
  private final long[] shortPairs = new long[SHORT];
  private int[] symbols = new int[SHORT];

  // For long sequences, by position of a symbol: the pair that begins there, its neighbours.
  private long[] pairs = new long[0];
  private int[] next = new int[0];
  private int[] previous = new int[0];

  // rank and position of pairs, some of them outdated
  private long[] heap = new long[0];
  private int heapSize;

  /// @param barred results that no pair becomes
  Merger(PairTable table, BitSet barred) {
    this.table = table;
    this.barred = barred;
  }

  /// Where symbols are put before they are merged, and stand afterwards: room for `most`.
  int[] symbols(int most) {
    if (symbols.length < most) {
      symbols = new int[most];
    }
    return symbols;
  }

  /// Merges the first `count` symbols in place.
  ///
  /// @return how many are left
  int merge(int count) {
    return count <= SHORT ? mergeShort(count) : mergeLong(count);
  }

  private int mergeShort(int count) {
    long[] found = shortPairs;
    int[] symbols = this.symbols;
    for (int i = 0; i + 1 < count; i++) {
      found[i] = find(symbols[i], symbols[i + 1]);
    }
    int left = count;
    while (left > 1) {
      int best = 0;
      long bestRank = found[0] >>> 32;
      for (int i = 1; i + 1 < left; i++) {
        long rank = found[i] >>> 32;
        if (rank < bestRank) {
          bestRank = rank;
          best = i;
        }
      }
      if (found[best] == PairTable.NONE) {
        break;
      }
      symbols[best] = PairTable.result(found[best]);
      left--;
      for (int i = best + 1; i < left; i++) {
        symbols[i] = symbols[i + 1];
        found[i - 1] = found[i];
      }
      if (best + 1 < left) {
        found[best] = find(symbols[best], symbols[best + 1]);
      }
      if (best > 0) {
        found[best - 1] = find(symbols[best - 1], symbols[best]);
      }
    }
    return left;
  }

  private int mergeLong(int count) {
    int[] symbols = this.symbols;
    link(count);
    while (heapSize > 0) {
      long entry = heap[0];
      removeFirst();
      int at = (int) entry;
      // The pair may have changed since; if it came back with the same rank, it is as good.
      if (pairs[at] >>> 32 != entry >>> 32 || pairs[at] == PairTable.NONE) {
        continue;
      }
      symbols[at] = PairTable.result(pairs[at]);
      int eaten = next[at];
      int after = next[eaten];
      pairs[eaten] = PairTable.NONE;
      next[at] = after;
      if (after < count) {
        previous[after] = at;
      }
      pair(at, after < count ? after : -1);
      if (previous[at] >= 0) {
        pair(previous[at], at);
      }
    }
    int left = 0;
    for (int i = 0; i < count; i = next[i]) {
      symbols[left++] = symbols[i];
    }
    return left;
  }

  /// Looks up the pair of the symbols at `at` and `right`, and puts it on the heap if there is one.
  private void pair(int at, int right) {
    pairs[at] = right < 0 ? PairTable.NONE : find(symbols[at], symbols[right]);
    if (pairs[at] != PairTable.NONE) {
      add((pairs[at] >>> 32) << 32 | at);
    }
  }

  private long find(int left, int right) {
    long found = table.find(left, right);
    return found != PairTable.NONE && barred.get(PairTable.result(found)) ? PairTable.NONE : found;
  }

  private void link(int count) {
    if (pairs.length < count) {
      pairs = new long[count];
      next = new int[count];
      previous = new int[count];
    }
    if (heap.length < count) {
      heap = new long[count];
    }
    heapSize = 0;
    for (int i = 0; i < count; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
      pairs[i] = i + 1 < count ? find(symbols[i], symbols[i + 1]) : PairTable.NONE;
      if (pairs[i] != PairTable.NONE) {
        heap[heapSize++] = (pairs[i] >>> 32) << 32 | i;
      }
    }
    for (int i = heapSize / 2 - 1; i >= 0; i--) {
      sink(i, heap[i]);
    }
  }

  private void add(long entry) {
    if (heapSize == heap.length) {
      heap = Arrays.copyOf(heap, heap.length + (heap.length >> 1));
    }
    int at = heapSize++;
    while (at > 0) {
      int parent = (at - 1) >> 1;
      if (heap[parent] <= entry) {
        break;
      }
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = entry;
  }

  private void removeFirst() {
    heapSize--;
    if (heapSize > 0) {
      sink(0, heap[heapSize]);
    }
  }

  private void sink(int from, long entry) {
    int at = from;
    while (true) {
      int child = 2 * at + 1;
      if (child >= heapSize) {
        break;
      }
      if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= entry) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = entry;
  }
}
