package puna.x64.attention;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.backend.KvType;
import puna.backend.cpu.AttentionTask;
import puna.backend.cpu.WorkerScratch;
import puna.x64.attention.DecodeEmitter.Form;
import puna.x64.attention.HeadEmitters.Transpose;
import puna.x64.attention.ProductEmitter.Numbers;
import puna.x64.code.Emitter;
import puna.x64.code.Routine;
import puna.x64.code.RoutineLibrary;
import puna.x64.row.Lanes;
import puna.x64.tile.Tiles;

/// The routines of attention whose lanes are queries: the heads of one group at consecutive tokens,
/// token-major.
///
/// Keys and values of a tile of positions are decoded once for all queries of a task. Then, some
/// vectors of lanes at a time, scores are `keys · queriesᵀ`, softmax runs down the lanes with a
/// running maximum (arXiv 2205.14135), and the output grows by `valuesᵀ · weights`. A query's sums
/// run over its positions in order, whatever other queries are about.
public final class WideAttention {
  private final Lanes.Width width;
  private final Numbers numbers;
  private final WideProducts inVectors;
  private final Optional<WideProducts> inTiles;
  private final Map<KvType, Routine> decodeKeys = new EnumMap<>(KvType.class);
  private final Map<KvType, Routine> decodeValues = new EnumMap<>(KvType.class);
  private final @Nullable Routine pairRows;
  private final Routine hide;
  private final Routine softmax;
  private final Routine gather;
  private final Routine scatter;

  /// How attention multiplies.
  ///
  /// @param tiles that multiply pairs; empty where vectors do
  public record Arithmetic(Numbers numbers, Optional<Tiles> tiles) {
    public static final Arithmetic FLOATS = new Arithmetic(Numbers.FLOATS, Optional.empty());
  }

  WideAttention(RoutineLibrary library, Lanes.Width width, Arithmetic arithmetic) {
    this.width = width;
    this.numbers = arithmetic.numbers();
    List<Routine> products = new ArrayList<>();
    for (int vectors = 1; vectors <= ProductEmitter.mostVectors(width); vectors++) {
      products.add(library.routine(ProductEmitter.name(numbers, vectors)));
    }
    this.inVectors = new VectorProducts(width, numbers, List.copyOf(products));
    this.inTiles =
        arithmetic
            .tiles()
            .map(tiles ->
                new TileProducts(
                    library.routine(TileMatrixProduct.name(tiles)),
                    library.routine(PairTranspose.NAME)));
    for (KeyPieces pieces : KeyPieces.values()) {
      String keys = DecodeEmitter.name(pieces, keyForm(numbers));
      String values = DecodeEmitter.name(pieces, valueForm(numbers));
      decodeKeys.put(pieces.type(), library.routine(keys));
      decodeValues.put(pieces.type(), library.routine(values));
    }
    if (numbers == Numbers.FLOATS) {
      decodeKeys.put(KvType.Q8_0, library.routine(DecodeBytes.NAME));
      decodeValues.put(KvType.Q8_0, library.routine(DecodeBytes.NAME));
      decodeKeys.put(KvType.Q4_0, library.routine(DecodeNibbles.NAME));
      decodeValues.put(KvType.Q4_0, library.routine(DecodeNibbles.NAME));
    }
    this.pairRows =
        numbers == Numbers.PAIRS
            ? library.routine(DecodeEmitter.name(KeyPieces.FLOATS, Form.PAIRS))
            : null;
    this.hide = library.routine("hide");
    this.softmax = library.routine(ColumnEmitters.Softmax.name(numbers));
    this.gather = library.routine(Transpose.Direction.GATHER.name());
    this.scatter = library.routine(Transpose.Direction.SCATTER.name());
  }

  static List<Emitter> emitters(Lanes.Width width, Arithmetic arithmetic) {
    Numbers numbers = arithmetic.numbers();
    List<Emitter> emitters = new ArrayList<>();
    arithmetic
        .tiles()
        .ifPresent(tiles -> {
          emitters.add(new TileMatrixProduct(tiles));
          emitters.add(new PairTranspose());
        });
    for (int vectors = 1; vectors <= ProductEmitter.mostVectors(width); vectors++) {
      emitters.add(new ProductEmitter(width, numbers, vectors));
    }
    for (KeyPieces pieces : KeyPieces.values()) {
      for (Form form : EnumSet.of(keyForm(numbers), valueForm(numbers))) {
        emitters.add(new DecodeEmitter(width, pieces, form));
      }
    }
    if (numbers == Numbers.FLOATS) {
      emitters.add(new DecodeBytes(width));
      emitters.add(new DecodeNibbles(width));
    }
    emitters.add(new ColumnEmitters.Hide(width));
    emitters.add(new ColumnEmitters.Softmax(width, numbers));
    emitters.add(new Transpose(Transpose.Direction.GATHER));
    emitters.add(new Transpose(Transpose.Direction.SCATTER));
    return emitters;
  }

  private static Form keyForm(Numbers numbers) {
    return numbers == Numbers.PAIRS ? Form.BF16 : Form.FLOATS;
  }

  private static Form valueForm(Numbers numbers) {
    return numbers == Numbers.PAIRS ? Form.PAIRS : Form.FLOATS;
  }

  void attend(AttentionTask task, WorkerScratch scratch) {
    new WideTask(this, task, scratch).run();
  }

  Lanes.Width width() {
    return width;
  }

  Numbers numbers() {
    return numbers;
  }

  /// What multiplies heads of such a size.
  WideProducts products(int headSize) {
    return inTiles.filter(_ -> TileProducts.take(headSize)).orElse(inVectors);
  }

  /// Vectors of the cache, and where they go.
  record Vectors(KvType type, int headSize, int count, long from, long to) {}

  /// Decodes keys to rows.
  void decodeKeys(MemorySegment arguments, Vectors vectors) {
    fill(arguments, vectors, numbers.bytes());
    decode(decodeKeys, vectors.type()).call(arguments);
  }

  /// Decodes values to rows, or to rows of pairs; all but a tile's last vectors are even in number.
  void decodeValues(MemorySegment arguments, Vectors vectors) {
    fill(arguments, vectors, 4);
    decode(decodeValues, vectors.type()).call(arguments);
  }

  private static Routine decode(Map<KvType, Routine> routines, KvType type) {
    Routine routine = routines.get(type);
    if (routine == null) {
      throw new IllegalArgumentException("there is no routine for a cache of " + type);
    }
    return routine;
  }

  private void fill(MemorySegment arguments, Vectors vectors, int bytes) {
    set(arguments, DecodeEmitter.FROM, vectors.from());
    set(arguments, DecodeEmitter.TO, vectors.to());
    set(arguments, DecodeEmitter.ROWS, vectors.count());
    set(arguments, DecodeEmitter.FROM_STRIDE, vectors.type().bytes(vectors.headSize()));
    set(arguments, DecodeEmitter.TO_STRIDE, (long) bytes * vectors.headSize());
    int pieceValues = vectors.type().isInBlocks() ? KvType.BLOCK : width.lanes();
    set(arguments, DecodeEmitter.PIECES, vectors.headSize() / pieceValues);
  }

  /// A tile of scores and the state of its queries.
  record Columns(long scores, long state, int vectors) {}

  void hide(MemorySegment arguments, Columns columns, int rows, int position) {
    fill(arguments, columns, rows);
    arguments.set(ValueLayout.JAVA_FLOAT, ColumnEmitters.POSITION, position);
    hide.call(arguments);
  }

  /// @return whether earlier sums of some query are to be multiplied by its factor
  boolean softmax(MemorySegment arguments, Columns columns, int rows) {
    fill(arguments, columns, rows);
    softmax.call(arguments);
    return numbers == Numbers.FLOATS
        || arguments.get(ValueLayout.JAVA_LONG, ColumnEmitters.RESCALED) != 0;
  }

  private void fill(MemorySegment arguments, Columns columns, int rows) {
    set(arguments, ColumnEmitters.SCORES, columns.scores());
    set(arguments, ColumnEmitters.ROW_BYTES, (long) columns.vectors() * width.bytes());
    set(arguments, ColumnEmitters.ROWS, rows);
    set(arguments, ColumnEmitters.STATE, columns.state());
    set(arguments, ColumnEmitters.VECTORS, columns.vectors());
  }

  /// Heads by lane, and rows of lanes.
  ///
  /// @param heads address of a table of addresses
  record Heads(long heads, long rows, int vectors, int headSize) {}

  /// Reads heads, multiplied by `scale`, to rows of numbers or of pairs.
  void gather(MemorySegment arguments, Heads heads, float scale) {
    fill(arguments, heads);
    arguments.set(ValueLayout.JAVA_FLOAT, Transpose.SCALE, scale);
    gather.call(arguments);
    if (pairRows != null) {
      long rowBytes = (long) heads.vectors() * width.bytes();
      set(arguments, DecodeEmitter.FROM, heads.rows());
      set(arguments, DecodeEmitter.TO, heads.rows());
      set(arguments, DecodeEmitter.ROWS, heads.headSize());
      set(arguments, DecodeEmitter.FROM_STRIDE, rowBytes);
      set(arguments, DecodeEmitter.TO_STRIDE, rowBytes);
      set(arguments, DecodeEmitter.PIECES, heads.vectors());
      pairRows.call(arguments);
    }
  }

  /// @param sums address of a number a lane, by which it is divided
  void scatter(MemorySegment arguments, Heads heads, long sums) {
    fill(arguments, heads);
    set(arguments, Transpose.SUMS, sums);
    scatter.call(arguments);
  }

  private void fill(MemorySegment arguments, Heads heads) {
    set(arguments, Transpose.HEADS, heads.heads());
    set(arguments, Transpose.ROWS, heads.rows());
    set(arguments, Transpose.ROW_BYTES, (long) heads.vectors() * width.bytes());
    set(arguments, Transpose.LANES, heads.vectors() * width.lanes() / 4);
    set(arguments, Transpose.VALUES, heads.headSize() / 4);
  }

  private static void set(MemorySegment arguments, long field, long value) {
    arguments.set(ValueLayout.JAVA_LONG, field, value);
  }
}
