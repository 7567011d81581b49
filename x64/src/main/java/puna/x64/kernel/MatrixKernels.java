package puna.x64.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import puna.backend.cpu.MatrixKernel;
import puna.tensor.TensorType;
import puna.x64.code.Emitter;
import puna.x64.code.Routine;
import puna.x64.code.RoutineLibrary;
import puna.x64.kernel.TokenPlanes.Planes;
import puna.x64.pack.PackedType;

/// The matrix kernels of one width of vectors, assembled when they are asked for.
public final class MatrixKernels {
  private final Function<List<Emitter>, RoutineLibrary> loader;
  private final Planes bits;
  private final int lanes;
  private final PlainLayout plain = new PlainLayout();
  private @Nullable PlanesLayout planes;

  /// @param loader makes emitters callable
  /// @param bits how exact activations of quantized products are
  /// @param lanes rows a vector: 16 for AVX-512 with VNNI, 8 for AVX2
  public MatrixKernels(Function<List<Emitter>, RoutineLibrary> loader, Planes bits, int lanes) {
    this.loader = loader;
    this.lanes = lanes;
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
        lanes,
        "f32 activations",
        new FloatPacking(type, lanes),
        plain,
        products(lanes == 16 ? 4 : 3, tokens -> new FloatProduct(type, lanes, tokens)));
  }

  /// A type without kernels of its own is packed to bytes.
  private MatrixKernel quantized(TensorType type) {
    PackedType packed = PackedType.of(type).orElse(PackedType.Q8_0);
    return new LaneMatrixKernel(
        lanes,
        bits.description(),
        new QuantizedPacking(type, packed, lanes),
        planes(),
        lanes == 16
            ? products(4, tokens -> new PlaneProduct512(packed, bits, tokens))
            : products(2, tokens -> new PlaneProduct256(packed, bits, tokens)));
  }

  /// Products of 1, 2, 4 … tokens.
  private Routine[] products(int kinds, IntFunction<Emitter> ofTokens) {
    List<Emitter> emitters = new ArrayList<>();
    for (int kind = 0; kind < kinds; kind++) {
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
      QuantizeTokens quantize = new QuantizeTokens(bits);
      layout = new PlanesLayout(loader.apply(List.of(quantize)).routine(quantize.name()));
      planes = layout;
    }
    return layout;
  }
}
