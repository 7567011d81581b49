package puna.x64.attention;

import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.code.ArgumentLayout;
import puna.x64.row.Lanes;

/// What narrow attention is told, and how its scratch is laid out.
///
/// Query heads go in fours. Of each four there is a state, of vectors:
///
/// ```
/// maximum   per query, in every 128-bit part
/// sum       of weights, per query in every 128-bit part, to be added up over the parts
/// factor    what earlier sums are multiplied by; in the end what the output is multiplied by
/// queries   piece by piece of the head, four vectors a piece
/// outputs   as the queries
/// ```
///
/// Scores are `(positions of a tile × 4)`: a vector holds all four queries at a few positions.
final class NarrowLayout {
  /// Query heads that go together.
  static final int QUERIES = 4;

  /// Positions between two updates of the running maximum.
  static final int TILE = 64;

  /// Positions that an entry of the table stands for.
  static final int GROUP = 16;

  static final Gp ARGUMENTS = Gp.RDI;

  private static final ArgumentLayout LAYOUT =
      ArgumentLayout.of(
          "table",
          "valueDelta",
          "vectorBytes",
          "queries",
          "out",
          "group",
          "quads",
          "state",
          "scores",
          "hidden",
          "positions",
          "pieces",
          "scale");

  /// Addresses of the keys of 16 positions each, the first being that of the first position seen;
  /// `TILE / GROUP` entries more than needed, which are only prefetched.
  static final Field TABLE = new Field("table");

  /// Bytes from a key to the value of the same position.
  static final Field VALUE_DELTA = new Field("valueDelta");

  /// Bytes of one key.
  static final Field VECTOR_BYTES = new Field("vectorBytes");

  /// The first query head.
  static final Field QUERY = new Field("queries");

  /// Where the first head's result goes.
  static final Field OUT = new Field("out");

  /// Query heads.
  static final Field HEADS = new Field("group");

  /// Query heads divided by four, rounded up.
  static final Field QUADS = new Field("quads");

  static final Field STATE = new Field("state");

  static final Field SCORES = new Field("scores");

  /// Positions at the beginning of the first group that are not seen; the routine changes it.
  static final Field HIDDEN = new Field("hidden");

  /// Positions from the first group's first to the last one seen.
  static final Field POSITIONS = new Field("positions");

  /// Vectors of a head.
  static final Field PIECES = new Field("pieces");

  /// Of the scores, float32, for powers of two.
  static final Field SCALE = new Field("scale");

  private NarrowLayout() {}

  /// One argument: its place in the struct.
  record Field(long offset) {
    Field(String name) {
      this(LAYOUT.offset(name));
    }

    Mem operand() {
      return Mem.at(ARGUMENTS, Math.toIntExact(offset));
    }
  }

  static long argumentBytes() {
    return LAYOUT.byteSize();
  }

  static int maximum() {
    return 0;
  }

  static int sum(Lanes.Width width) {
    return width.bytes();
  }

  static int factor(Lanes.Width width) {
    return 2 * width.bytes();
  }

  static int queries(Lanes.Width width) {
    return 3 * width.bytes();
  }

  /// Bytes of the queries, and of the outputs, of a state.
  static long queryBytes(int headSize) {
    return 4L * QUERIES * headSize;
  }

  static long stateBytes(Lanes.Width width, int headSize) {
    return queries(width) + 2 * queryBytes(headSize);
  }

  static long scoreBytes() {
    return 4L * TILE * QUERIES;
  }
}
