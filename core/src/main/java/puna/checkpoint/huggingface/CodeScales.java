package puna.checkpoint.huggingface;

import java.util.List;
import java.util.Optional;
import puna.error.ModelFormatException;
import puna.json.JsonPlace;
import puna.quant.BlockFormats;
import puna.safetensors.ElementType;
import puna.safetensors.StoredArray;
import puna.tensor.ScaleGrid;
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

  /// The type of codes of 8 bits; empty for other elements.
  static Optional<TensorType> codeType(ElementType type) {
    return switch (type) {
      case F8_E4M3 -> Optional.of(TensorType.F8_E4M3);
      case F8_E5M2 -> Optional.of(TensorType.F8_E5M2);
      case I8 -> Optional.of(TensorType.I8);
      default -> Optional.empty();
    };
  }

  /// A matrix of codes with its scales.
  ///
  /// @param name the tensor's
  /// @param scale the array of scales beside the codes
  /// @throws ModelFormatException when there is none, or it does not fit the codes
  Tensor tensor(String name, StoredArray codes, Optional<StoredArray> scale) {
    TensorType type =
        codeType(codes.type())
            .filter(code -> codes.shape().length == 2)
            .orElseThrow(() ->
                config.refusal(
                    "tensor %s: only matrices of 8-bit codes have scales, found %s"
                        .formatted(codes.name(), codes.describe())));
    StoredArray found =
        scale.orElseThrow(() ->
            config.refusal(
                "tensor %s: codes need weight_scale beside them, found none"
                    .formatted(codes.name())));
    Shape shape = Shape.of(codes.columns(), codes.rows());
    return new Tensor(name, type, shape, codes.content(), Optional.of(grid(codes, found)));
  }

  /// The type of the numbers in an array of scales.
  ///
  /// @throws ModelFormatException when it is none for scales, or some are no finite numbers
  TensorType checked(StoredArray scale) {
    TensorType type = scaleType(scale);
    requireFinite(scale, type);
    return type;
  }

  private ScaleGrid grid(StoredArray codes, StoredArray scale) {
    TensorType type = checked(scale);
    long rows = codes.rows();
    long columns = codes.columns();
    if (scale.elements() == 1) {
      return new ScaleGrid(values(scale, type, Shape.of(1)), rows, columns);
    }
    if (scale.elements() == rows && (scale.shape().length == 1 || scale.columns() == 1)) {
      return new ScaleGrid(values(scale, type, Shape.of(1, rows)), 1, columns);
    }
    return blocks(codes, scale, type);
  }

  private ScaleGrid blocks(StoredArray codes, StoredArray scale, TensorType type) {
    long[] block = blockSize(codes, scale);
    long down = Math.ceilDiv(codes.rows(), block[0]);
    long across = Math.ceilDiv(codes.columns(), block[1]);
    if (scale.shape().length != 2 || scale.rows() != down || scale.columns() != across) {
      throw config.refusal(
          "tensor %s: blocks of %s × %s need scales [%s, %s], found %s"
              .formatted(codes.name(), block[0], block[1], down, across, scale.describe()));
    }
    return new ScaleGrid(values(scale, type, Shape.of(across, down)), block[0], block[1]);
  }

  /// Rows and columns of a block: as the configuration says; else whole groups of columns.
  private long[] blockSize(StoredArray codes, StoredArray scale) {
    Optional<JsonPlace> told = config.quantization().map(place -> place.get("weight_block_size"));
    if (told.isPresent() && !told.get().isAbsent()) {
      List<JsonPlace> extents = told.get().elements();
      if (extents.size() != 2) {
        throw told.get().refusal("must be two extents");
      }
      return new long[] {
        extents.getFirst().integer(1, 1 << 24), extents.getLast().integer(1, 1 << 24)
      };
    }
    if (scale.rows() == codes.rows() && codes.columns() % scale.columns() == 0) {
      return new long[] {1, codes.columns() / scale.columns()};
    }
    throw config.refusal(
        "tensor %s: scales must be one, one a row, or by blocks that the configuration gives, found"
                .formatted(codes.name())
            + " %s for %s".formatted(scale.describe(), codes.describe()));
  }

  private static Tensor values(StoredArray scale, TensorType type, Shape shape) {
    return new Tensor(scale.name(), type, shape, scale.content());
  }

  private TensorType scaleType(StoredArray scale) {
    return switch (scale.type()) {
      case F32 -> TensorType.F32;
      case F16 -> TensorType.F16;
      case BF16 -> TensorType.BF16;
      case F64 -> TensorType.F64;
      default ->
          throw config.refusal(
              "tensor %s must be F64, F32, F16 or BF16, found %s"
                  .formatted(scale.name(), scale.describe()));
    };
  }

  /// Scales that are no numbers would make an answer of nothing.
  private void requireFinite(StoredArray scale, TensorType type) {
    if (scale.elements() < 1 || scale.elements() > MOST_SCALES) {
      throw config.refusal(
          "tensor %s must have 1 to %s scales, found %s"
              .formatted(scale.name(), MOST_SCALES, scale.describe()));
    }
    for (float value : BlockFormats.floats(values(scale, type, Shape.of(scale.elements())))) {
      if (!Float.isFinite(value)) {
        throw config.refusal(
            "tensor %s must hold finite numbers, found %s".formatted(scale.name(), value));
      }
    }
  }
}
