package puna.checkpoint.huggingface;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import puna.checkpoint.ScaledCodes;
import puna.checkpoint.ScaledCodes.Scales;
import puna.error.ModelFormatException;
import puna.json.file.JsonPlace;
import puna.quant.BlockFormats;
import puna.safetensors.StoredArray;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// The scales of matrices of 8-bit codes: one a matrix, a row, a group of columns, or a block of
/// rows × columns. Which it is follows from the scales' shape, and for blocks from the
/// configuration.
final class CodeScales {
  /// Scales of the largest matrices, one for 128 columns, are far fewer.
  private static final int MOST_SCALES = 1 << 26;

  private final HuggingFaceConfig config;

  CodeScales(HuggingFaceConfig config) {
    this.config = config;
  }

  /// @param scale the array of scales beside the codes
  /// @throws ModelFormatException when there is none, or it does not fit the codes
  Scales of(StoredArray codes, Optional<StoredArray> scale) {
    if (!ScaledCodes.isCode(codes.type()) || codes.shape().length != 2) {
      throw config.refusal(
          "tensor %s: only matrices of 8-bit codes have scales, found %s"
              .formatted(codes.name(), codes.describe()));
    }
    StoredArray found =
        scale.orElseThrow(() ->
            config.refusal(
                "tensor %s: codes need weight_scale beside them, found none"
                    .formatted(codes.name())));
    float[] values = values(found);
    long rows = codes.rows();
    long columns = codes.columns();
    if (values.length == 1) {
      return new Scales(values, rows, columns, 1);
    }
    if (found.elements() == rows && (found.shape().length == 1 || found.columns() == 1)) {
      return new Scales(values, 1, columns, 1);
    }
    return blocks(codes, found, values);
  }

  private Scales blocks(StoredArray codes, StoredArray scale, float[] values) {
    long[] block = blockSize(codes, scale);
    long down = Math.ceilDiv(codes.rows(), block[0]);
    long across = Math.ceilDiv(codes.columns(), block[1]);
    if (scale.shape().length != 2 || scale.rows() != down || scale.columns() != across) {
      throw config.refusal(
          "tensor %s: blocks of %s × %s need scales [%s, %s], found %s"
              .formatted(codes.name(), block[0], block[1], down, across, scale.describe()));
    }
    return new Scales(values, block[0], block[1], (int) across);
  }

  /// Rows and columns of a block: as the configuration says; else whole groups of columns.
  private long[] blockSize(StoredArray codes, StoredArray scale) {
    Optional<JsonPlace> told = config.quantization().map(place -> place.get("weight_block_size"));
    if (told.isPresent() && !told.get().isNull()) {
      List<JsonPlace> extents = told.get().elements();
      if (extents.size() != 2) {
        throw told.get().refusal("must be two extents");
      }
      return new long[] {extents.getFirst().positive(1 << 24), extents.getLast().positive(1 << 24)};
    }
    if (scale.rows() == codes.rows() && codes.columns() % scale.columns() == 0) {
      return new long[] {1, codes.columns() / scale.columns()};
    }
    throw config.refusal(
        "tensor %s: scales must be one, one a row, or by blocks that the configuration gives, found"
                .formatted(codes.name())
            + " %s for %s".formatted(scale.describe(), codes.describe()));
  }

  private float[] values(StoredArray scale) {
    TensorType type =
        switch (scale.type()) {
          case F32 -> TensorType.F32;
          case F16 -> TensorType.F16;
          case BF16 -> TensorType.BF16;
          case F64 -> TensorType.F64;
          default ->
              throw config.refusal(
                  "tensor %s must be F64, F32, F16 or BF16, found %s"
                      .formatted(scale.name(), scale.describe()));
        };
    if (scale.elements() < 1 || scale.elements() > MOST_SCALES) {
      throw config.refusal(
          "tensor %s must have 1 to %s scales, found %s"
              .formatted(scale.name(), MOST_SCALES, scale.describe()));
    }
    MemorySegment bytes = MemorySegment.ofArray(scale.content().toArray());
    float[] values =
        BlockFormats.floats(new Tensor(scale.name(), type, Shape.of(scale.elements()), bytes));
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw config.refusal(
            "tensor %s must hold finite numbers, found %s".formatted(scale.name(), value));
      }
    }
    return values;
  }
}
