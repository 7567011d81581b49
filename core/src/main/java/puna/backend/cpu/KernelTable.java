package puna.backend.cpu;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.tensor.TensorType;

/// Which kernel multiplies which tensor type, chosen once: the first tier that offers one wins.
public final class KernelTable {
  private final Map<TensorType, MatrixKernel> kernels = new EnumMap<>(TensorType.class);
  private final List<Row> rows = new ArrayList<>();
  private final FloatKernels floatKernels;

  /// One type's choice, for people.
  ///
  /// @param reason why this tier, or why none
  public record Row(TensorType type, String tier, String kernel, String reason) {}

  /// @param tiers fastest first, at least one
  KernelTable(List<KernelProvider> tiers) {
    for (TensorType type : TensorType.values()) {
      choose(type, tiers);
    }
    floatKernels =
        tiers.stream().flatMap(tier -> tier.floatKernels().stream()).findFirst().orElseThrow();
  }

  private void choose(TensorType type, List<KernelProvider> tiers) {
    List<String> without = new ArrayList<>();
    for (KernelProvider tier : tiers) {
      Optional<MatrixKernel> kernel = tier.kernelFor(type);
      if (kernel.isPresent()) {
        String reason =
            without.isEmpty()
                ? "fastest tier here (" + tier.description() + ")"
                : String.join(", ", without);
        kernels.put(type, kernel.get());
        rows.add(new Row(type, tier.tier(), kernel.get().name(), reason));
        return;
      }
      without.add(tier.tier() + " " + tier.reasonWithout(type));
    }
    rows.add(new Row(type, "none", "none", "no decoder: not a type of weights"));
  }

  public Optional<MatrixKernel> kernelFor(TensorType type) {
    return Optional.ofNullable(kernels.get(type));
  }

  /// The loops that are no matrix products, of the fastest tier that has them.
  public FloatKernels floatKernels() {
    return floatKernels;
  }

  /// Every type's choice, in order of the types.
  public List<Row> rows() {
    return List.copyOf(rows);
  }
}
