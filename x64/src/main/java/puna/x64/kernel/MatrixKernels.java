package puna.x64.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import puna.backend.cpu.MatrixKernel;
import puna.tensor.TensorType;
import puna.x64.Emitter;
import puna.x64.Routine;
import puna.x64.RoutineLibrary;
import puna.x64.kernel.TokenPlanes.Planes;
import puna.x64.pack.PackedType;

/// The matrix kernels of AVX-512 with VNNI, assembled when they are asked for.
public final class MatrixKernels {
  private static final int LANES = 16;
  private static final int KINDS = 4; // products of 1, 2, 4 and 8 tokens

  private final Function<List<Emitter>, RoutineLibrary> loader;
  private final Planes bits;
  private final PlainLayout plain = new PlainLayout();
  private @Nullable PlanesLayout planes;

  /// @param loader makes emitters callable
  /// @param bits how exact activations of quantized products are
  public MatrixKernels(Function<List<Emitter>, RoutineLibrary> loader, Planes bits) {
    this.loader = loader;
    this.bits = bits;
  }

  /// The kernel of a type; empty for types that hold no weights.
  public Optional<MatrixKernel> of(TensorType type) {
    return switch (type) {
      case F32, F16, BF16 -> Optional.of(floating(type));
      case I8, I16, I32, I64, F64 -> Optional.empty();
      default -> Optional.of(quantized(type));
    };
  }

  private MatrixKernel floating(TensorType type) {
    return new LaneMatrixKernel(
        LANES,
        "f32 activations",
        new FloatPacking(type, LANES),
        plain,
        products(tokens -> new FloatProduct(type, tokens)));
  }

  /// A type without kernels of its own is packed to bytes.
  private MatrixKernel quantized(TensorType type) {
    PackedType packed = PackedType.of(type).orElse(PackedType.Q8_0);
    return new LaneMatrixKernel(
        LANES,
        bits.description(),
        new QuantizedPacking(type, packed, LANES),
        planes(),
        products(tokens -> new NarrowProduct(packed, bits, tokens)));
  }

  private Routine[] products(IntFunction<Emitter> ofTokens) {
    List<Emitter> emitters = new ArrayList<>();
    for (int kind = 0; kind < KINDS; kind++) {
      emitters.add(ofTokens.apply(1 << kind));
    }
    RoutineLibrary library = loader.apply(emitters);
    return emitters.stream()
        .map(emitter -> library.routine(emitter.name()))
        .toArray(Routine[]::new);
  }

  /// One for all kernels, so that products of the same activations share a panel.
  private PlanesLayout planes() {
    PlanesLayout layout = planes;
    if (layout == null) {
      RoutineLibrary library = loader.apply(List.of(new QuantizeTokens(bits)));
      layout = new PlanesLayout(library.routine(QuantizeTokens.name(bits)));
      planes = layout;
    }
    return layout;
  }
}
