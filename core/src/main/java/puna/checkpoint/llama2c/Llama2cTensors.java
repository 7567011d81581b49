package puna.checkpoint.llama2c;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import puna.error.ModelFormatException;
import puna.tensor.ScaleGrid;
import puna.tensor.Shape;
import puna.tensor.StoredBytes;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.tensor.TensorViews;

/// The tensors of a file of llama2.c, which lie one behind the other: each kind for all layers.
///
/// | version | order |
/// |---|---|
/// | 0 | embedding, attention norms, q, k, v, attention output, feed-forward norms, gate, down, up, last norm, tables of rotary angles, output |
/// | 1, 2 | attention norms, feed-forward norms, last norm, embedding, q, k, v, attention output, gate, down, up, output |
///
/// Norms are float32, and matrices in versions 0 and 1. In version 2 a matrix is one byte a value,
/// then one float32 a group.
final class Llama2cTensors {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final StoredBytes file;
  private final Llama2cHeader header;
  private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
  private long at;

  private Llama2cTensors(StoredBytes file, Llama2cHeader header) {
    this.file = file;
    this.header = header;
    this.at = header.bytes();
  }

  /// The tensors by GGUF's names.
  ///
  /// @throws ModelFormatException when the file does not have exactly their bytes
  static SequencedMap<String, Tensor> read(StoredBytes file, Llama2cHeader header, String origin) {
    long wanted = size(header);
    if (wanted != file.size()) {
      throw new ModelFormatException(
          "%s: size: must be the %s bytes that the header's sizes make in version %s, found %s"
              .formatted(
                  origin, wanted < 0 ? "more than 2^63" : wanted, header.version(), file.size()));
    }
    Llama2cTensors reader = new Llama2cTensors(file, header);
    if (header.version() == 0) {
      reader.readPlain();
    } else {
      reader.readMarked();
    }
    return reader.tensors;
  }

  /// Bytes of a file with that header; -1 where they are too many to count.
  static long size(Llama2cHeader header) {
    try {
      long width = header.width();
      long layers = header.layers();
      long perLayer = 2 * width * (width + header.kvWidth()) + 3 * width * header.feedForward();
      long table = Math.multiplyExact(header.vocabulary(), width) * (header.tied() ? 1 : 2);
      long matrices = Math.addExact(Math.multiplyExact(perLayer, layers), table);
      long floats = (2 * layers + 1) * width;
      if (header.version() == 0) {
        floats += (long) header.context() * header.headSize();
      }
      long matrixBytes =
          header.group() == 0
              ? Math.multiplyExact(matrices, 4L)
              : Math.addExact(matrices, Math.multiplyExact(matrices / header.group(), 4L));
      return Math.addExact(header.bytes() + 4 * floats, matrixBytes);
    } catch (ArithmeticException _) {
      return -1;
    }
  }

  private void readPlain() {
    matrix("token_embd.weight", header.width(), header.vocabulary());
    norms("attn_norm");
    attention();
    norms("ffn_norm");
    feedForward();
    norm("output_norm.weight");
    // The cosines and sines of rotary angles, which follow from the base.
    at += 4L * header.context() * header.headSize();
    output();
  }

  private void readMarked() {
    norms("attn_norm");
    norms("ffn_norm");
    norm("output_norm.weight");
    matrix("token_embd.weight", header.width(), header.vocabulary());
    attention();
    feedForward();
    output();
  }

  private void attention() {
    matrices("attn_q", header.width(), header.width());
    matrices("attn_k", header.width(), header.kvWidth());
    matrices("attn_v", header.width(), header.kvWidth());
    matrices("attn_output", header.width(), header.width());
  }

  private void feedForward() {
    matrices("ffn_gate", header.width(), header.feedForward());
    matrices("ffn_down", header.feedForward(), header.width());
    matrices("ffn_up", header.width(), header.feedForward());
  }

  private void output() {
    if (!header.tied()) {
      matrix("output.weight", header.width(), header.vocabulary());
    }
  }

  private void norms(String kind) {
    for (int layer = 0; layer < header.layers(); layer++) {
      norm("blk." + layer + "." + kind + ".weight");
    }
  }

  private void matrices(String kind, long columns, long rows) {
    for (int layer = 0; layer < header.layers(); layer++) {
      matrix("blk." + layer + "." + kind + ".weight", columns, rows);
    }
  }

  private void norm(String name) {
    put(name, Shape.of(header.width()), next(4L * header.width()));
  }

  private void matrix(String name, long columns, long rows) {
    long elements = columns * rows;
    int group = header.group();
    if (group == 0) {
      put(name, Shape.of(columns, rows), next(4 * elements));
      return;
    }
    StoredBytes codes = next(elements);
    StoredBytes scales = next(elements / group * 4);
    if (columns % group == 0) {
      Tensor grid = finite(name, Shape.of(columns / group, rows), scales);
      Optional<ScaleGrid> blocks = Optional.of(new ScaleGrid(grid, 1, group));
      tensors.put(name, new Tensor(name, TensorType.I8, Shape.of(columns, rows), codes, blocks));
    } else { // groups that go on in the next row
      put(name, Shape.of(columns, rows), GroupedCodes.values(codes, scales, group));
    }
  }

  /// Scales of which those that are no numbers count as 0: a group of zeros has the scale 0/0 in
  /// llama2.c's own files.
  private static Tensor finite(String name, Shape shape, StoredBytes scales) {
    long rowBytes = 4 * shape.columns();
    return TensorViews.computed(
        name + ".scales",
        TensorType.F32,
        shape,
        (row, target) -> {
          scales.read(row * rowBytes, target);
          for (long column = 0; column < shape.columns(); column++) {
            if (Float.isNaN(target.getAtIndex(FLOAT, column))) {
              target.setAtIndex(FLOAT, column, 0);
            }
          }
        });
  }

  private void put(String name, Shape shape, StoredBytes content) {
    tensors.put(name, new Tensor(name, TensorType.F32, shape, content));
  }

  private StoredBytes next(long bytes) {
    StoredBytes part = file.slice(at, bytes);
    at += bytes;
    return part;
  }
}
