package puna.convert;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import puna.format.ConvertedContents;
import puna.format.ModelContents;
import puna.gguf.GgufWriter;
import puna.gguf.SplitLimit;
import puna.quant.ConvertedTensor;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// An open model as a GGUF file that is yet to be written: what llama.cpp's converter makes of a
/// checkpoint, or the same GGUF model with other types or cut into other files.
public final class GgufConversion {
  private static final String EMBEDDING = "token_embd.weight";

  private final GgufWriter writer;
  private final long tensorBytes;

  private GgufConversion(GgufWriter writer, long tensorBytes) {
    this.writer = writer;
    this.tensorBytes = tensorBytes;
  }

  /// Told how many bytes of tensors are written, by one thread at a time.
  @FunctionalInterface
  public interface Progress {
    void report(long done, long total);
  }

  /// Plans a file; `model` must stay open until it is written.
  ///
  /// @param type of matrices; without one a GGUF model keeps its types and others get 16 bits: BF16
  ///   where their embedding is, else F16
  /// @throws puna.error.ModelFormatException when the model holds what a GGUF file cannot
  public static GgufConversion of(
      ModelContents model, Optional<TensorType> type, Progress progress) {
    boolean isGguf = model.storedTypes().isPresent();
    Optional<TensorType> wanted =
        type.or(() -> isGguf ? Optional.empty() : Optional.of(half(model)));
    ModelContents converted =
        wanted.<ModelContents>map(to -> new ConvertedContents(model, to)).orElse(model);
    GgufWriter writer = new GgufWriter();
    if (isGguf) {
      StoredMetadata.write(model, type, writer);
    } else {
      CheckpointMetadata.write(model, wanted.orElseThrow(), writer);
    }
    List<Tensor> tensors =
        Order.of(converted.tensors().values()).stream()
            .map(tensor -> isGguf ? tensor : withoutRounding(tensor))
            .toList();
    long total = tensors.stream().mapToLong(Tensor::byteSize).sum();
    AtomicLong done = new AtomicLong();
    for (Tensor tensor : tensors) {
      PieceByPiece content =
          new PieceByPiece(tensor, more -> progress.report(done.addAndGet(more), total));
      writer.tensor(
          tensor.name(),
          tensor.type(),
          tensor.shape(),
          out -> {
            content.writeTo(out);
            model.requireUnchanged(); // or what was written belongs to two models
          });
    }
    return new GgufConversion(writer, total);
  }

  private static TensorType half(ModelContents model) {
    boolean isBrain =
        model.find(EMBEDDING).map(Tensor::type).filter(TensorType.BF16::equals).isPresent();
    return isBrain ? TensorType.BF16 : TensorType.F16;
  }

  /// Vectors are small, and every value of theirs counts: they get 32 bits.
  private static Tensor withoutRounding(Tensor tensor) {
    boolean isMatrix = tensor.shape().rows() > 1 && tensor.name().endsWith(".weight");
    return isMatrix ? tensor : ConvertedTensor.of(tensor, TensorType.F32);
  }

  /// Bytes of all tensors: what the files take, but for their headers.
  public long tensorBytes() {
    return tensorBytes;
  }

  /// The files that would be written.
  ///
  /// @throws IllegalArgumentException when the limit makes too many
  public List<Path> files(Path file, SplitLimit limit) {
    return writer.files(file, limit);
  }

  /// Writes the file, or several of at most `limit`, in the place of those that are there. All
  /// appear or none.
  ///
  /// @return the files
  /// @throws IOException when they cannot be written; nothing is left behind
  public List<Path> write(Path file, SplitLimit limit) throws IOException {
    return writer.write(file, limit);
  }
}
