package puna.x64.attention;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.cpu.AttentionTask;
import puna.backend.cpu.KvSlab;
import puna.backend.cpu.WorkerScratch;
import puna.x64.attention.WideAttention.Arithmetic;
import puna.x64.code.Emitter;
import puna.x64.code.Routine;
import puna.x64.code.RoutineLibrary;
import puna.x64.row.Lanes;

/// Attention by emitted routines: a few tokens one by one, many of them together, and a cache in
/// blocks, or of keys and values in two formats, always the second way. Products in bf16 are for
/// caches of f16 only: who keeps float32 wants it.
public final class Attention {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final int HEAD_MULTIPLE = 16;
  private static final int WIDE_TOKENS = 3;
  private static final int LEAST_TOKENS_IN_TILES = 17;
  private static final int LARGEST_HEAD = 512;
  private static final double LOG2_E = 1 / Math.log(2);

  private final Lanes.Width width;
  private final Routine narrowHalves;
  private final Routine narrowFloats;
  private final WideAttention wideHalves;
  private final WideAttention wideFloats;
  private final int leastBf16Tokens; // of a run

  public Attention(RoutineLibrary library, Lanes.Width width, Arithmetic arithmetic) {
    this.width = width;
    this.narrowHalves = library.routine("attendNarrowF16");
    this.narrowFloats = library.routine("attendNarrowF32");
    this.wideHalves = new WideAttention(library, width, arithmetic);
    this.leastBf16Tokens = arithmetic.tiles().isPresent() ? LEAST_TOKENS_IN_TILES : WIDE_TOKENS;
    this.wideFloats = new WideAttention(library, width, Arithmetic.FLOATS);
  }

  public static List<Emitter> emitters(Lanes.Width width, Arithmetic arithmetic) {
    Map<String, Emitter> emitters = new LinkedHashMap<>(); // once each
    for (KeyPieces pieces : KeyPieces.values()) {
      NarrowAttention narrow = new NarrowAttention("attendNarrow" + pieces.type(), width, pieces);
      emitters.put(narrow.name(), narrow);
    }
    for (Arithmetic each : List.of(arithmetic, Arithmetic.FLOATS)) {
      for (Emitter emitter : WideAttention.emitters(width, each)) {
        emitters.put(emitter.name(), emitter);
      }
    }
    return List.copyOf(emitters.values());
  }

  /// Whether there are routines for such a cache.
  public static boolean takes(KvShape shape) {
    return shape.headSize() % HEAD_MULTIPLE == 0
        && shape.headSize() <= LARGEST_HEAD
        && shape.blockPositions() % NarrowLayout.GROUP == 0
        && (!isInBlocks(shape) || shape.headSize() % KvType.BLOCK == 0);
  }

  private static boolean isInBlocks(KvShape shape) {
    return shape.keyType().isInBlocks() || shape.valueType().isInBlocks();
  }

  public void attend(AttentionTask task, WorkerScratch scratch) {
    KvShape shape = task.keys().shape();
    boolean isMixed = shape.keyType() != shape.valueType();
    if (task.tokenCount() >= WIDE_TOKENS || isMixed || isInBlocks(shape)) {
      boolean isInBf16 =
          !isMixed && shape.keyType() == KvType.F16 && task.run().count() >= leastBf16Tokens;
      (isInBf16 ? wideHalves : wideFloats).attend(task, scratch);
      return;
    }
    for (int token = 0; token < task.tokenCount(); token++) {
      attendToken(task, task.firstToken() + token, scratch);
    }
  }

  /// @param token counted in the run
  private void attendToken(AttentionTask task, int token, WorkerScratch scratch) {
    KvShape shape = task.keys().shape();
    int position = task.run().firstPosition() + token;
    int first = task.firstVisible(position) / NarrowLayout.GROUP * NarrowLayout.GROUP;
    int last = task.lastVisible(position);
    int group = task.groupSize();
    int quads = Math.ceilDiv(group, NarrowLayout.QUERIES);
    long stateBytes = quads * NarrowLayout.stateBytes(width, shape.headSize());
    int tableEntries =
        (last - first) / NarrowLayout.GROUP + 1 + NarrowLayout.TILE / NarrowLayout.GROUP;
    MemorySegment memory =
        scratch.bytes(stateBytes + NarrowLayout.scoreBytes() + 8L * tableEntries);
    long tableAt = stateBytes + NarrowLayout.scoreBytes();
    fillTable(task, first, last, memory, tableAt);

    long query =
        task.queries().offset(task.run().start() + token)
            + 4L * task.kvHead() * group * shape.headSize();
    long queryBytes = 4L * group * shape.headSize();
    Objects.checkFromIndexSize(query, queryBytes, task.queries().data().byteSize());
    Objects.checkFromIndexSize(query, queryBytes, task.out().data().byteSize());
    MemorySegment arguments = scratch.arguments();
    set(arguments, NarrowLayout.TABLE, memory.address() + tableAt);
    set(
        arguments,
        NarrowLayout.VALUE_DELTA,
        valueDelta(task, task.run().blocks()[first / shape.blockPositions()]));
    set(arguments, NarrowLayout.VECTOR_BYTES, task.keys().vectorBytes());
    set(arguments, NarrowLayout.QUERY, task.queries().data().address() + query);
    set(arguments, NarrowLayout.OUT, task.out().data().address() + query);
    set(arguments, NarrowLayout.HEADS, group);
    set(arguments, NarrowLayout.QUADS, quads);
    set(arguments, NarrowLayout.STATE, memory.address());
    set(arguments, NarrowLayout.SCORES, memory.address() + stateBytes);
    set(arguments, NarrowLayout.HIDDEN, task.firstVisible(position) - first);
    set(arguments, NarrowLayout.POSITIONS, last + 1 - first);
    set(arguments, NarrowLayout.PIECES, shape.headSize() / width.lanes());
    float scale = (float) (LOG2_E / Math.sqrt(shape.headSize()));
    arguments.set(ValueLayout.JAVA_FLOAT, NarrowLayout.SCALE.offset(), scale);
    (task.keys().type() == KvType.F16 ? narrowHalves : narrowFloats).call(arguments);
  }

  private static void set(MemorySegment arguments, NarrowLayout.Field field, long value) {
    arguments.set(LONG, field.offset(), value);
  }

  /// How far values lie from their keys.
  private static long valueDelta(AttentionTask task, int block) {
    return task.values().address(block, 0, 0, 1) - task.keys().address(block, 0, 0, 1);
  }

  /// Addresses of the keys of each 16 positions from `first` to `last`, and then some.
  private static void fillTable(
      AttentionTask task, int first, int last, MemorySegment memory, long at) {
    KvSlab keys = task.keys();
    KvShape shape = keys.shape();
    int[] blocks = task.run().blocks();
    long valueDelta = valueDelta(task, blocks[first / shape.blockPositions()]);
    long groupBytes = NarrowLayout.GROUP * keys.vectorBytes();
    long to = at;
    long address = 0;
    for (int group = first; group <= last; group += NarrowLayout.GROUP) {
      int inBlock = group % shape.blockPositions();
      if (inBlock == 0 || group == first) {
        int block = blocks[group / shape.blockPositions()];
        int rows = shape.blockPositions() - inBlock;
        address = keys.address(block, task.kvHead(), inBlock, rows);
        long values = task.values().address(block, task.kvHead(), inBlock, rows);
        if (values - address != valueDelta) {
          throw new IllegalArgumentException(
              "values must lie %s bytes from keys as in other blocks, not %s in block %s"
                  .formatted(valueDelta, values - address, block));
        }
      } else {
        address += groupBytes;
      }
      memory.set(LONG, to, address);
      to += 8;
    }
    for (int i = 0; i < NarrowLayout.TILE / NarrowLayout.GROUP; i++) {
      memory.set(LONG, to, address);
      to += 8;
    }
  }
}
