package puna.convert;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import puna.model.synthetic.WeightMix;
import puna.quant.BlockFormat;
import puna.quant.BlockFormats;
import puna.tensor.TensorType;

/// The types that matrices may be converted to, and the numbers that files of them carry.
public final class FileType {
  static final String KEY = "general.file_type";
  static final String VERSION_KEY = "general.quantization_version";
  static final long VERSION = 2;

  private FileType() {}

  /// The type of that name in any case.
  ///
  /// @throws IllegalArgumentException when there is none, or it cannot be made
  public static TensorType named(String name) {
    return TensorType.ofName(name)
        .filter(FileType::isPossible)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no type that weights are converted to is named '%s'; these are: %s"
                    .formatted(name, String.join(", ", names()))));
  }

  private static List<String> names() {
    return Arrays.stream(TensorType.values())
        .filter(FileType::isPossible)
        .map(TensorType::name)
        .toList();
  }

  private static boolean isPossible(TensorType type) {
    return switch (type) {
      case Q8_1, Q8_K, I8, I16, I32, I64, F64 -> false;
      default -> BlockFormats.of(type).filter(BlockFormat::canEncode).isPresent();
    };
  }

  /// The number of a file whose matrices have this type, where there is one.
  static Optional<Long> number(TensorType type) {
    String mix =
        switch (type) {
          case Q3_K, Q4_K, Q5_K -> type.name() + "_S"; // all matrices alike
          default -> type.name();
        };
    OptionalInt number = new WeightMix(mix, type).fileType();
    return number.isPresent() ? Optional.of((long) number.getAsInt()) : Optional.empty();
  }
}
