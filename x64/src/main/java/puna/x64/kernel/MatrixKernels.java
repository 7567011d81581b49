package puna.x64.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import puna.backend.cpu.MatrixKernel;
import puna.tensor.TensorType;
import puna.x64.Emitter;
import puna.x64.Routine;
import puna.x64.RoutineLibrary;
import puna.x64.kernel.QuantizeTokens.Planes;
import puna.x64.pack.PackedType;

/// The matrix kernels of AVX-512 with VNNI, assembled when they are asked for.
public final class MatrixKernels {
  private static final int LANES = 16;
  private static final int KINDS = 4; // products of 1, 2, 4 and 8 tokens

  private final Function<List<Emitter>, RoutineLibrary> loader;
  private @Nullable PlanesLayout planes;

  /// @param loader makes emitters callable
  public MatrixKernels(Function<List<Emitter>, RoutineLibrary> loader) {
    this.loader = loader;
  }

  /// The kernel of a type; empty for types without one.
  public Optional<MatrixKernel> of(TensorType type) {
    return PackedType.of(type).map(this::packed);
  }

  private MatrixKernel packed(PackedType type) {
    List<Emitter> emitters = new ArrayList<>();
    for (int kind = 0; kind < KINDS; kind++) {
      emitters.add(new NarrowProduct(type, 1 << kind));
    }
    RoutineLibrary library = loader.apply(emitters);
    Routine[] narrow = new Routine[KINDS];
    for (int kind = 0; kind < KINDS; kind++) {
      narrow[kind] = library.routine(NarrowProduct.name(type, 1 << kind));
    }
    return new PackedMatrixKernel(type, LANES, planes(), narrow);
  }

  /// One for all kernels, so that products of the same activations share a panel.
  private PlanesLayout planes() {
    PlanesLayout layout = planes;
    if (layout == null) {
      RoutineLibrary library = loader.apply(List.of(new QuantizeTokens(Planes.TWO)));
      layout = new PlanesLayout(library.routine(QuantizeTokens.name(Planes.TWO)));
      planes = layout;
    }
    return layout;
  }
}
