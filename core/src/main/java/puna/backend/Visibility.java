package puna.backend;

/// What a token of a layer may see of its sequence. Every kind is one range of positions, and its
/// ends never go down from a position to the next; that is all that kernels know of it.
public sealed interface Visibility {
  /// The first position that the token at `position` sees.
  int first(int position);

  /// The last position that the token at `position` sees.
  ///
  /// @param end the position after the last one of the token's run
  int last(int position, int end);

  /// The most positions up to its own that a token sees, itself included.
  default int span() {
    return Integer.MAX_VALUE;
  }

  /// All positions up to its own.
  record Causal() implements Visibility {
    @Override
    public int first(int position) {
      return 0;
    }

    @Override
    public int last(int position, int end) {
      return position;
    }
  }

  /// The last `window` positions up to its own, itself included. Source: arXiv 2310.06825.
  ///
  /// @param window at least 1
  record Sliding(int window) implements Visibility {
    public Sliding {
      requirePositions("window", window);
    }

    @Override
    public int span() {
      return window;
    }

    @Override
    public int first(int position) {
      return window > position ? 0 : position - window + 1;
    }

    @Override
    public int last(int position, int end) {
      return position;
    }
  }

  /// The positions of its own chunk up to its own; chunks begin at the multiples of `chunk`.
  /// Source: Meta's `llama-models`, `llama4/model.py`.
  ///
  /// @param chunk positions of a chunk, at least 1
  record Chunked(int chunk) implements Visibility {
    public Chunked {
      requirePositions("chunk", chunk);
    }

    @Override
    public int span() {
      return chunk;
    }

    @Override
    public int first(int position) {
      return position - position % chunk;
    }

    @Override
    public int last(int position, int end) {
      return position;
    }
  }

  /// All positions up to the end of its run, later ones too: for encoders, which read what they see
  /// in one run.
  record Full() implements Visibility {
    @Override
    public int first(int position) {
      return 0;
    }

    @Override
    public int last(int position, int end) {
      return end - 1;
    }
  }

  private static void requirePositions(String what, int positions) {
    if (positions < 1) {
      throw new IllegalArgumentException(
          "a %s must have at least 1 position, found %s".formatted(what, positions));
    }
  }
}
