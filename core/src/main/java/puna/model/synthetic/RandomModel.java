package puna.model.synthetic;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.LongStream;
import puna.gguf.GgufWriter;
import puna.model.synthetic.WeightMix.Role;
import puna.quant.BlockFormat;
import puna.quant.BlockFormats;
import puna.quant.RandomBlocks;
import puna.quant.SplitMix;
import puna.tensor.Metadata;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;
import puna.tensor.TensorType;

/// A model of a named shape that nobody trained: random weights of the right types and sizes, for
/// measuring speed without a download.
///
/// The scales are such that activations and logits stay of order 1. The same shape, mix and seed
/// give the same bytes everywhere, in memory as in a file.
public final class RandomModel {
  private static final long PIECE_BYTES = 1 << 20;
  private static final long WINDOW_PIECES = 16;
  private static final int ALIGNMENT = 64;

  private final ModelShape shape;
  private final WeightMix mix;
  private final long seed;
  private final List<Plan> plans = new ArrayList<>();

  /// @throws IllegalArgumentException for shapes whose vocabulary is too small for the bytes
  public RandomModel(ModelShape shape, WeightMix mix, long seed) {
    if (shape.vocabulary() < RandomModelMetadata.LEAST_VOCABULARY) {
      throw new IllegalArgumentException(
          "%s: the vocabulary must have at least %s tokens, found %s"
              .formatted(shape.name(), RandomModelMetadata.LEAST_VOCABULARY, shape.vocabulary()));
    }
    this.shape = shape;
    this.mix = mix;
    this.seed = seed;
    planModel();
  }

  /// Bytes of all tensors.
  public long tensorBytes() {
    return plans.stream().mapToLong(Plan::bytes).sum();
  }

  /// Makes all weights, in memory outside of the heap that is freed with the source.
  public TensorSource load() {
    Arena arena = Arena.ofShared();
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Plan plan : plans) {
      MemorySegment data = arena.allocate(plan.bytes(), ALIGNMENT);
      plan.fill(data, 0);
      tensors.put(plan.name, new Tensor(plan.name, plan.type, plan.shape, data.asReadOnly()));
    }
    return new Loaded(origin(), new Metadata(origin(), metadata()), tensors, arena);
  }

  /// Writes a GGUF file, making the weights piece by piece as they are written.
  ///
  /// @throws IOException when the file cannot be written; nothing is left behind
  public void write(Path file) throws IOException {
    GgufWriter writer = new GgufWriter();
    writer.setAll(metadata());
    for (Plan plan : plans) {
      writer.tensor(plan.name, plan.type, plan.shape, plan::writeTo);
    }
    writer.write(file);
  }

  private String origin() {
    return shape.name() + " (random " + mix.name() + ")";
  }

  private SequencedMap<String, Object> metadata() {
    return RandomModelMetadata.of(shape, mix);
  }

  private void planModel() {
    plan(
        "token_embd.weight",
        shape.tied() ? Role.TIED_EMBEDDING : Role.TOKEN_EMBEDDING,
        0,
        Shape.of(shape.width(), shape.vocabulary()));
    shape
        .ropeStretch()
        .ifPresent(stretch ->
            constant("rope_freqs.weight", stretch.divisors(shape.headSize(), shape.ropeBase())));
    for (int layer = 0; layer < shape.layers(); layer++) {
      planLayer(layer);
    }
    constant("output_norm.weight", ones());
    if (!shape.tied()) {
      plan("output.weight", Role.OUTPUT, 0, Shape.of(shape.width(), shape.vocabulary()));
    }
  }

  private void planLayer(int layer) {
    String block = "blk." + layer + ".";
    Shape query = Shape.of(shape.width(), shape.queryWidth());
    Shape keyOrValue = Shape.of(shape.width(), shape.kvWidth());
    Shape attentionOutput = Shape.of(shape.queryWidth(), shape.width());
    constant(block + "attn_norm.weight", ones());
    plan(block + "attn_q.weight", Role.ATTENTION_QUERY, layer, query);
    plan(block + "attn_k.weight", Role.ATTENTION_KEY, layer, keyOrValue);
    plan(block + "attn_v.weight", Role.ATTENTION_VALUE, layer, keyOrValue);
    plan(block + "attn_output.weight", Role.ATTENTION_OUTPUT, layer, attentionOutput);
    constant(block + "ffn_norm.weight", ones());
    if (shape.hasExperts(layer)) {
      planExperts(layer, shape.experts().orElseThrow());
    } else {
      planGated(layer, "", shape.feedForward());
    }
  }

  private void planExperts(int layer, ModelShape.Experts experts) {
    Shape router = Shape.of(shape.width(), experts.count());
    plan("blk." + layer + ".ffn_gate_inp.weight", TensorType.F32, router);
    planGated(layer, "_exps", experts.feedForward(), experts.count());
    if (experts.shared() > 0) {
      planGated(layer, "_shexp", (long) experts.shared() * experts.feedForward());
    }
  }

  /// @param suffix of the three names
  /// @param experts that lie in one tensor; none for a matrix alone
  private void planGated(int layer, String suffix, long feedForward, long... experts) {
    String block = "blk." + layer + ".ffn_";
    Shape widen = stacked(shape.width(), feedForward, experts);
    Shape narrow = stacked(feedForward, shape.width(), experts);
    plan(block + "gate" + suffix + ".weight", Role.FEED_FORWARD_GATE, layer, widen);
    plan(block + "up" + suffix + ".weight", Role.FEED_FORWARD_UP, layer, widen);
    plan(block + "down" + suffix + ".weight", Role.FEED_FORWARD_DOWN, layer, narrow);
  }

  private static Shape stacked(long columns, long rows, long... experts) {
    return experts.length == 0 ? Shape.of(columns, rows) : Shape.of(columns, rows, experts[0]);
  }

  private float[] ones() {
    float[] ones = new float[shape.width()];
    Arrays.fill(ones, 1);
    return ones;
  }

  private void plan(String name, Role role, int layer, Shape extents) {
    plan(name, mix.typeOf(role, layer, extents.columns(), shape), extents);
  }

  private void plan(String name, TensorType type, Shape extents) {
    RandomBlocks blocks = RandomBlocks.of(type, 1 / Math.sqrt((double) extents.columns()));
    long tensorSeed = SplitMix.split(seed, plans.size());
    Filler filler = (piece, index) -> blocks.fill(piece, SplitMix.split(tensorSeed, index));
    plans.add(new Plan(name, type, extents, filler));
  }

  private void constant(String name, float[] values) {
    BlockFormat format = BlockFormats.of(TensorType.F32).orElseThrow();
    Filler filler = (piece, index) -> format.encode(values, 0, values.length, piece, 0);
    plans.add(new Plan(name, TensorType.F32, Shape.of(values.length), filler));
  }

  /// Makes the bytes of one piece of a tensor.
  @FunctionalInterface
  private interface Filler {
    void fill(MemorySegment piece, long index);
  }

  /// A tensor to be, made in pieces of whole blocks that do not depend on each other.
  private record Plan(String name, TensorType type, Shape shape, Filler filler) {
    long bytes() {
      return type.byteSize(shape.elements());
    }

    long pieceBytes() {
      return PIECE_BYTES / type.blockBytes() * type.blockBytes();
    }

    /// Fills `target` from piece `first` on, in parallel.
    void fill(MemorySegment target, long first) {
      long pieces = Math.ceilDiv(target.byteSize(), pieceBytes());
      LongStream.range(0, pieces)
          .parallel()
          .forEach(piece -> {
            long start = piece * pieceBytes();
            long size = Math.min(pieceBytes(), target.byteSize() - start);
            filler.fill(target.asSlice(start, size), first + piece);
          });
    }

    void writeTo(WritableByteChannel out) throws IOException {
      long windowBytes = Math.min(bytes(), WINDOW_PIECES * pieceBytes());
      try (Arena arena = Arena.ofShared()) {
        MemorySegment window = arena.allocate(windowBytes);
        for (long start = 0; start < bytes(); start += windowBytes) {
          MemorySegment part = window.asSlice(0, Math.min(windowBytes, bytes() - start));
          fill(part, start / pieceBytes());
          var buffer = part.asByteBuffer();
          while (buffer.hasRemaining()) {
            out.write(buffer);
          }
        }
      }
    }
  }

  private record Loaded(
      String origin, Metadata metadata, SequencedMap<String, Tensor> tensors, Arena arena)
      implements TensorSource {
    @Override
    public void close() {
      arena.close();
    }
  }
}
