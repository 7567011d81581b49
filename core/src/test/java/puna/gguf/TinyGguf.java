package puna.gguf;

import static puna.gguf.MetadataType.FLOAT64;
import static puna.gguf.MetadataType.INT16;
import static puna.gguf.MetadataType.INT32;
import static puna.gguf.MetadataType.INT64;
import static puna.gguf.MetadataType.INT8;
import static puna.gguf.MetadataType.UINT16;
import static puna.gguf.MetadataType.UINT64;
import static puna.gguf.MetadataType.UINT8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// Small valid GGUF files: metadata of every type, four tensors whose bytes count upwards.
public final class TinyGguf {
  private TinyGguf() {}

  /// A writer that already holds all of it, for tests that add to it.
  public static GgufWriter writer() {
    return metadata(new GgufWriter())
        .tensor(tensor("token_embd.weight", TensorType.F16, Shape.of(32, 5)))
        .tensor(tensor("blk.0.attn_q.weight", TensorType.Q4_0, Shape.of(32, 32)))
        .tensor(tensor("blk.0.ffn_exps.weight", TensorType.Q8_0, Shape.of(32, 2, 3)))
        .tensor(tensor("output_norm.weight", TensorType.F32, Shape.of(32)));
  }

  /// The metadata alone.
  public static GgufWriter metadata(GgufWriter writer) {
    return writer
        .string("general.architecture", "llama")
        .string("general.name", "Tiny é😀")
        .uint32("llama.block_count", 1)
        .uint32("llama.context_length", 0xffff_ffffL)
        .set("test.uint8", UINT8, 255L)
        .set("test.int8", INT8, -128L)
        .set("test.uint16", UINT16, 65535L)
        .set("test.int16", INT16, -32768L)
        .set("test.int32", INT32, (long) Integer.MIN_VALUE)
        .set("test.uint64", UINT64, Long.MAX_VALUE)
        .set("test.int64", INT64, Long.MIN_VALUE)
        .float32("test.float32", 1e-5f)
        .set("test.float64", FLOAT64, Math.PI)
        .bool("test.bool", true)
        .set("test.uint8s", UINT8, new long[] {0, 128, 255})
        .set("test.int64s", INT64, new long[] {-1, Long.MIN_VALUE})
        .set("test.float64s", FLOAT64, new double[] {-0.0, Double.MAX_VALUE})
        .set("test.bools", MetadataType.BOOL, new boolean[] {true, false, true})
        .strings("tokenizer.ggml.tokens", List.of("<s>", "", "▁the", "\uFFFD"))
        .float32s("tokenizer.ggml.scores", new double[] {0, -1.5, Float.MAX_VALUE, -1000})
        .int32s("tokenizer.ggml.token_type", new long[] {3, 1, 1, -7});
  }

  /// A tensor whose bytes are 0, 1, 2 … 255, 0, 1 …
  public static Tensor tensor(String name, TensorType type, Shape shape) {
    byte[] content = new byte[(int) type.byteSize(shape.elements())];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) i;
    }
    return new Tensor(name, type, shape, MemorySegment.ofArray(content));
  }

  public static byte[] bytes() {
    return bytes(writer());
  }

  public static byte[] bytes(GgufWriter writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writer.write(Channels.newChannel(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /// Writes the file `name` in a folder.
  public static Path write(Path folder, String name) {
    Path file = folder.resolve(name);
    try {
      writer().write(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
