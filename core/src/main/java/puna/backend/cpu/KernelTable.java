package puna.backend.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.backend.KernelChoice;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// Which kernel multiplies which tensor type, chosen when first asked for: the first tier that
/// offers one wins.
public final class KernelTable {
  private final Map<TensorType, Choice> choices = new EnumMap<>(TensorType.class);
  private final Map<TensorType, MatrixKernel> repacking = new EnumMap<>(TensorType.class);
  private final List<KernelProvider> tiers;
  private final FloatKernels floatKernels;

  /// @param tiers fastest first, at least one
  KernelTable(List<KernelProvider> tiers) {
    this.tiers = List.copyOf(tiers);
    floatKernels =
        tiers.stream().flatMap(tier -> tier.floatKernels().stream()).findFirst().orElseThrow();
  }

  private synchronized Choice choice(TensorType type) {
    return choices.computeIfAbsent(type, this::choose);
  }

  private Choice choose(TensorType type) {
    List<String> without = new ArrayList<>();
    for (KernelProvider tier : tiers) {
      Optional<MatrixKernel> kernel = tier.kernelFor(type);
      if (kernel.isPresent()) {
        String reason =
            without.isEmpty()
                ? "fastest tier here (" + tier.description() + ")"
                : String.join(", ", without);
        return new Choice(kernel, new KernelChoice(type, tier.tier(), kernel.get().name(), reason));
      }
      without.add(tier.tier() + " " + tier.reasonWithout(type));
    }
    return new Choice(
        Optional.empty(),
        new KernelChoice(type, "none", "none", "no decoder: not a type of weights"));
  }

  /// The kernel of a type, chosen when first asked for.
  public Optional<MatrixKernel> kernelFor(TensorType type) {
    return choice(type).kernel();
  }

  /// The kernel that multiplies by a type as the file has it, for weights alone or beside scales.
  Optional<MatrixKernel> kernelInPlaceFor(Tensor weight) {
    if (weight.scales().isPresent()) {
      return tiers.stream()
          .flatMap(tier -> tier.kernelFor(weight.type()).stream())
          .filter(MatrixKernel::keepsFileLayout)
          .findFirst();
    }
    return kernelFor(weight.type()).map(kernel -> inPlace(weight.type(), kernel));
  }

  private synchronized MatrixKernel inPlace(TensorType type, MatrixKernel kernel) {
    return kernel.keepsFileLayout()
        ? kernel
        : repacking.computeIfAbsent(type, _ -> new RepackingKernel(kernel));
  }

  /// The loops that are no matrix products, of the fastest tier that has them.
  public FloatKernels floatKernels() {
    return floatKernels;
  }

  /// One type's choice.
  public KernelChoice row(TensorType type) {
    return choice(type).row();
  }

  /// Every type's choice, in order of the types.
  public List<KernelChoice> rows() {
    return Arrays.stream(TensorType.values()).map(type -> choice(type).row()).toList();
  }

  private record Choice(Optional<MatrixKernel> kernel, KernelChoice row) {}
}
