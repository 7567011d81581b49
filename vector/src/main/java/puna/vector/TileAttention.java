package puna.vector;

import static jdk.incubator.vector.VectorOperators.GT;
import static puna.vector.Lanes.COUNT;
import static puna.vector.Lanes.FLOATS;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import puna.backend.KvShape;
import puna.backend.cpu.AttentionTask;
import puna.backend.cpu.EightBitBlocks;
import puna.backend.cpu.FourBitBlocks;
import puna.backend.cpu.KvSlab;
import puna.backend.cpu.WorkerScratch;
import puna.vector.VectorPanel.Tiles;

/// Attention whose lanes are queries: the heads of one group at consecutive tokens, token-major.
///
/// Keys and values of a few positions at a time are decoded once for all queries of the task; a
/// block of scores is `keys · queriesᵀ`, the output grows by `valuesᵀ · weights`, both
/// `TileProduct`s. Softmax runs down the lanes with a running maximum: sums and output are rescaled
/// where it rises. Source: arXiv 2205.14135 (online softmax).
///
/// Scratch: `floats` holds keys, then values, of a block of positions; `moreFloats` holds for each
/// lane the queries (headSize × width a tile), outputs (same), running maximum, running sum, first
/// and last visible position, and one tile of scores.
final class TileAttention {
  // Keys, values and one tile of scores stay in the first-level cache.
  private static final int POSITIONS = 64;
  // Queries that share one decoding of keys and values.
  private static final int LANES = 4 * Tiles.WIDE;
  // Below every score, and finite, so that differences are numbers.
  private static final float LOWEST = -1e30f;

  private final AttentionTask task;
  private final KvShape shape;
  private final int group;
  private final int headSize;
  private final int headStride; // whole groups of rows for TileProduct
  private final float[] blocks; // keys, values
  private final float[] lanes;

  private int firstQuery;
  private int queries;
  private int padded;

  TileAttention(AttentionTask task, WorkerScratch scratch) {
    this.task = task;
    this.shape = task.keys().shape();
    this.group = task.groupSize();
    this.headSize = shape.headSize();
    int rows = TileProduct.NARROW_ROWS;
    this.headStride = (headSize + rows - 1) / rows * rows;
    this.blocks = scratch.floats(2 * POSITIONS * headStride + rows);
    this.lanes = scratch.moreFloats(LANES * (2 * headStride + 4) + POSITIONS * Tiles.WIDE);
  }

  void run() {
    int all = task.tokenCount() * group;
    for (firstQuery = 0; firstQuery < all; firstQuery += LANES) {
      queries = Math.min(LANES, all - firstQuery);
      padded = Tiles.paddedTokens(queries);
      gatherQueries();
      // Whole blocks, so that the order of sums does not depend on the other tokens of the task.
      int first = task.firstVisible(position(0)) / POSITIONS * POSITIONS;
      int end = task.lastVisible(position(queries - 1)) + 1;
      for (int from = first; from < end; from += POSITIONS) {
        addPositions(from, Math.min(from + POSITIONS, end));
      }
      scatterOutputs();
    }
  }

  /// The position of the token of a lane; lanes of padding repeat the last one.
  private int position(int lane) {
    int query = firstQuery + Math.min(lane, queries - 1);
    return task.run().firstPosition() + task.firstToken() + query / group;
  }

  private void gatherQueries() {
    float scale = (float) (1 / Math.sqrt(headSize));
    Arrays.fill(lanes, 0, padded * headStride, 0f);
    Arrays.fill(lanes, outputsAt(), outputsAt() + padded * headStride, 0f);
    for (int tile = 0; tile < Tiles.tiles(queries); tile++) {
      int width = Tiles.width(tile, queries);
      int first = Tiles.firstToken(tile, queries);
      for (int lane = 0; lane < width; lane++) {
        int position = position(first + lane);
        lanes[maximaAt() + first + lane] = LOWEST;
        lanes[sumsAt() + first + lane] = 0f;
        lanes[firstsAt() + first + lane] = task.firstVisible(position);
        lanes[lastsAt() + first + lane] = task.lastVisible(position);
        if (first + lane < queries) {
          long from = queryOffset(first + lane);
          int at = first * headStride + lane;
          for (int d = 0; d < headSize; d++) {
            lanes[at + d * width] = scale * task.queries().data().get(Lanes.FLOAT, from + 4L * d);
          }
        }
      }
    }
  }

  private void addPositions(int from, int end) {
    decode(task.keys(), from, end, 0);
    decode(task.values(), from, end, POSITIONS * headStride);
    int rows = TileProduct.NARROW_ROWS;
    int count = end - from;
    TileProduct scores = new TileProduct(blocks, headStride, 1, lanes, lanes);
    TileProduct outputs = new TileProduct(blocks, 1, headStride, lanes, lanes);
    for (int tile = 0; tile < Tiles.tiles(queries); tile++) {
      int width = Tiles.width(tile, queries);
      int first = Tiles.firstToken(tile, queries);
      Arrays.fill(lanes, scoresAt(), scoresAt() + (count + rows - 1) / rows * rows * width, 0f);
      for (int row = 0; row < count; row += rows) {
        scores.addEightRows(
            width, row * headStride, first * headStride, scoresAt() + row * width, headSize);
      }
      for (int lane = 0; lane < width; lane += COUNT) {
        if (task.lastVisible(position(first + lane)) < end - 1
            || task.firstVisible(position(first + lane + COUNT - 1)) > from) {
          hideInvisible(first + lane, scoresAt() + lane, width, from, count);
        }
        FloatVector factor = softmax(first + lane, scoresAt() + lane, width, count);
        if (!factor.eq(1f).allTrue()) {
          rescale(outputsAt() + first * headStride + lane, width, factor);
        }
      }
      for (int d = 0; d < headStride; d += rows) {
        outputs.addEightRows(
            width,
            POSITIONS * headStride + d,
            scoresAt(),
            outputsAt() + first * headStride + d * width,
            count);
      }
    }
  }

  private void hideInvisible(int lane, int at, int width, int from, int count) {
    FloatVector firsts = FloatVector.fromArray(FLOATS, lanes, firstsAt() + lane);
    FloatVector lasts = FloatVector.fromArray(FLOATS, lanes, lastsAt() + lane);
    for (int p = 0; p < count; p++) {
      FloatVector scores = FloatVector.fromArray(FLOATS, lanes, at + p * width);
      VectorMask<Float> hidden = lasts.lt(from + p).or(firsts.compare(GT, from + p));
      scores.blend(Float.NEGATIVE_INFINITY, hidden).intoArray(lanes, at + p * width);
    }
  }

  /// Turns a column of scores into weights below the running maximum; returns what the earlier sums
  /// are to be multiplied by.
  private FloatVector softmax(int lane, int at, int width, int count) {
    FloatVector before = FloatVector.fromArray(FLOATS, lanes, maximaAt() + lane);
    FloatVector maximum = before;
    for (int p = 0; p < count; p++) {
      maximum = maximum.max(FloatVector.fromArray(FLOATS, lanes, at + p * width));
    }
    FloatVector factor = VectorMath.exp(before.sub(maximum));
    FloatVector sum = FloatVector.fromArray(FLOATS, lanes, sumsAt() + lane).mul(factor);
    for (int p = 0; p < count; p++) {
      FloatVector score = FloatVector.fromArray(FLOATS, lanes, at + p * width);
      FloatVector weight = VectorMath.exp(score.sub(maximum));
      sum = sum.add(weight);
      weight.intoArray(lanes, at + p * width);
    }
    maximum.intoArray(lanes, maximaAt() + lane);
    sum.intoArray(lanes, sumsAt() + lane);
    return factor;
  }

  private void rescale(int at, int width, FloatVector factor) {
    for (int d = 0; d < headSize; d++) {
      FloatVector.fromArray(FLOATS, lanes, at + d * width)
          .mul(factor)
          .intoArray(lanes, at + d * width);
    }
  }

  private void scatterOutputs() {
    for (int tile = 0; tile < Tiles.tiles(queries); tile++) {
      int width = Tiles.width(tile, queries);
      int first = Tiles.firstToken(tile, queries);
      for (int lane = 0; lane < Math.min(width, queries - first); lane++) {
        float sum = lanes[sumsAt() + first + lane];
        int at = outputsAt() + first * headStride + lane;
        long to = queryOffset(first + lane);
        for (int d = 0; d < headSize; d++) {
          task.out().data().set(Lanes.FLOAT, to + 4L * d, lanes[at + d * width] / sum);
        }
      }
    }
  }

  /// The byte offset of a lane's head in queries and output, which are equally wide.
  private long queryOffset(int lane) {
    int query = firstQuery + lane;
    int token = task.run().start() + task.firstToken() + query / group;
    int head = task.kvHead() * group + query % group;
    return task.queries().offset(token) + 4L * head * headSize;
  }

  private void decode(KvSlab slab, int from, int end, int at) {
    for (int position = from; position < end; position++) {
      int block = task.run().blocks()[position / shape.blockPositions()];
      MemorySegment data = slab.memory(block);
      long offset = slab.offset(task.kvHead(), position % shape.blockPositions());
      int to = at + (position - from) * headStride;
      switch (slab.type()) {
        case F16 -> PlainFloats.decodeF16(data, offset, blocks, to, headSize);
        case F32 -> PlainFloats.decodeF32(data, offset, blocks, to, headSize);
        case Q8_0 -> EightBitBlocks.load(data, offset, blocks, to, headSize);
        case Q4_0 -> FourBitBlocks.load(data, offset, blocks, to, headSize);
      }
    }
  }

  private int outputsAt() {
    return LANES * headStride;
  }

  private int maximaAt() {
    return 2 * LANES * headStride;
  }

  private int sumsAt() {
    return maximaAt() + LANES;
  }

  private int firstsAt() {
    return maximaAt() + 2 * LANES;
  }

  private int lastsAt() {
    return maximaAt() + 3 * LANES;
  }

  private int scoresAt() {
    return maximaAt() + 4 * LANES;
  }
}
