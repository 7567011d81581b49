package puna.bench;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Random;
import java.util.SequencedMap;
import puna.Llama;
import puna.gguf.GgufFile;
import puna.gguf.GgufWriter;
import puna.quant.BlockFormat;
import puna.quant.BlockFormats;
import puna.tensor.Metadata;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.tensor.TensorViews;

/// A model that says what a smaller one says, with the work of a larger one: each matrix of the
/// smaller one is the corner of a larger matrix whose other elements are 0.
///
/// What is added to the residual stream stays 0, since nothing writes there. RMSNorm divides by the
/// root of a mean over more elements, so its weights and its epsilon are scaled. Query heads are
/// added behind the others, as many to each new key head as the old ones have.
///
/// @param model that is widened; it must stay open
/// @param body that it gets
/// @param noise that is added to its matrices, in parts of the root mean square of a row
record WiderModel(GgufFile model, Body body, double noise) {
  private static final String HEADS = "llama.attention.head_count";
  private static final String KV_HEADS = "llama.attention.head_count_kv";
  private static final String WIDTH = "llama.embedding_length";
  private static final String FEED_FORWARD = "llama.feed_forward_length";
  private static final String EPSILON = "llama.attention.layer_norm_rms_epsilon";

  /// The name of the model that comes with Puna.
  static final String BUILT_IN = "smollm2-135m";

  private static final Body BILLION = new Body(1536, 24, 8, 5120);

  /// The extents that grow.
  record Body(int width, int heads, int kvHeads, int feedForward) {}

  /// @throws IllegalArgumentException when heads are not shared as they were, or do not fill the
  ///   width
  WiderModel {
    Metadata values = model.metadata();
    if (body.heads * values.requireInteger(KV_HEADS) != body.kvHeads * values.requireInteger(HEADS)
        || body.width * values.requireInteger(HEADS) != body.heads * values.requireInteger(WIDTH)) {
      throw new IllegalArgumentException(
          "%s: heads must be as wide and share keys as before, found %s"
              .formatted(model.origin(), body));
    }
  }

  /// Writes the built-in model in a body of 972 million weights, and prints that.
  static void writeBuiltIn(double noise, Path file) throws IOException {
    Path small;
    try (Llama llama = Llama.open(BUILT_IN)) {
      small = llama.info().file();
    }
    try (GgufFile model = GgufFile.open(small)) {
      long weights = new WiderModel(model, BILLION, noise).write(file);
      System.out.printf(Locale.ROOT, "%,d weights, %,d bytes%n", weights, Files.size(file));
    }
  }

  /// Writes it as a GGUF file.
  ///
  /// @return how many weights it has
  long write(Path file) throws IOException {
    GgufWriter writer = new GgufWriter().setAll(metadata());
    long weights = 0;
    for (Tensor tensor : model.tensors().values()) {
      Tensor wider = tensor.name().endsWith("_norm.weight") ? norm(tensor) : matrix(tensor);
      writer.tensor(wider);
      weights += wider.shape().elements();
    }
    writer.write(file);
    return weights;
  }

  private SequencedMap<String, Object> metadata() {
    Metadata old = model.metadata();
    SequencedMap<String, Object> values = new LinkedHashMap<>(old.values());
    values.put(WIDTH, (long) body.width);
    values.put(HEADS, (long) body.heads);
    values.put(KV_HEADS, (long) body.kvHeads);
    values.put(FEED_FORWARD, (long) body.feedForward);
    values.put(EPSILON, old.requireNumber(EPSILON) / widening());
    return values;
  }

  private double widening() {
    return body.width / (double) model.metadata().requireInteger(WIDTH);
  }

  private Tensor norm(Tensor tensor) {
    float[] values = BlockFormats.floats(tensor);
    float scale = (float) Math.sqrt(1 / widening());
    float[] wider = new float[body.width];
    for (int i = 0; i < values.length; i++) {
      wider[i] = values[i] * scale;
    }
    return new Tensor(
        tensor.name(), TensorType.F32, Shape.of(body.width), MemorySegment.ofArray(floats(wider)));
  }

  private static byte[] floats(float[] values) {
    byte[] bytes = new byte[Float.BYTES * values.length];
    BlockFormats.of(TensorType.F32)
        .orElseThrow()
        .encode(values, 0, values.length, MemorySegment.ofArray(bytes), 0);
    return bytes;
  }

  private Tensor matrix(Tensor tensor) {
    Shape shape = shape(tensor);
    return TensorViews.computed(
        tensor.name(),
        tensor.type(),
        shape,
        (row, target) -> {
          target.fill((byte) 0); // which is 0 in every type
          if (row < tensor.shape().rows()) {
            MemorySegment corner = target.asSlice(0, tensor.rowBytes());
            tensor.content().read(row * tensor.rowBytes(), corner);
            if (noise > 0 && tensor.name().startsWith("blk.")) {
              disturb(tensor, row, corner);
            }
          }
        });
  }

  private Shape shape(Tensor tensor) {
    long queries = (long) body.width; // all heads together
    long keys = queries / body.heads * body.kvHeads;
    String name = tensor.name().replaceAll("blk\\.[0-9]+\\.", "");
    return switch (name) {
      case "token_embd.weight", "output.weight" -> Shape.of(body.width, tensor.shape().rows());
      case "attn_q.weight" -> Shape.of(body.width, queries);
      case "attn_k.weight", "attn_v.weight" -> Shape.of(body.width, keys);
      case "attn_output.weight" -> Shape.of(queries, body.width);
      case "ffn_gate.weight", "ffn_up.weight" -> Shape.of(body.width, body.feedForward);
      case "ffn_down.weight" -> Shape.of(body.feedForward, body.width);
      default -> throw new IllegalArgumentException("no way is known to widen " + tensor.name());
    };
  }

  private void disturb(Tensor tensor, long row, MemorySegment bytes) {
    BlockFormat format = BlockFormats.of(tensor.type()).orElseThrow();
    float[] values = new float[Math.toIntExact(tensor.shape().columns())];
    format.decode(bytes, 0, values, 0, values.length);
    double squares = 0;
    for (float value : values) {
      squares += value * value;
    }
    double size = noise * Math.sqrt(squares / values.length);
    Random random = new Random(31L * tensor.name().hashCode() + row);
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (size * random.nextGaussian());
    }
    format.encode(values, 0, values.length, bytes, 0);
  }
}
