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
  private final Wide wide;
  private final PlainLayout plain = new PlainLayout();
  private @Nullable PlanesLayout planes;
  private TileMultiplier.@Nullable Shared tiles;

  /// How steps of many tokens are multiplied.
  ///
  /// @param tiles what multiplies
  /// @param leastTokens of such steps
  public record Wide(TileKind tiles, int leastTokens) {
    /// Where one tile of tokens is left behind. Counted, not measured: unpacking takes about 10
    /// instructions a pair of columns of 16 rows, so that 16 tokens in tiles take as long as in two
    /// passes of planes, which are more exact; 17 take a third pass.
    public static final int LEAST_TOKENS = 17;

    /// For every step that is worth it.
    public static Wide in(TileKind tiles) {
      return new Wide(tiles, LEAST_TOKENS);
    }
  }

  /// What multiplies steps of many tokens.
  public enum TileKind {
    /// The narrow products, some tokens at a time: float32, or two planes.
    NONE(Optional.empty()),
    /// The processor's tiles, in bf16.
    AMX(Optional.of(new AmxTiles())),
    /// The same by AVX512_BF16: as exact, and not fast.
    EMULATED(Optional.of(new EmulatedTiles()));

    private final Optional<Tiles> tiles;

    TileKind(Optional<Tiles> tiles) {
      this.tiles = tiles;
    }
  }

  /// @param loader makes emitters callable
  /// @param bits how exact activations of quantized products are
  /// @param lanes rows a vector: 16 for AVX-512 with VNNI, 8 for AVX2
  /// @param wide none but with 16 lanes and AVX512_BF16
  public MatrixKernels(
      Function<List<Emitter>, RoutineLibrary> loader, Planes bits, int lanes, Wide wide) {
    this.loader = loader;
    this.lanes = lanes;
    this.bits = bits;
    this.wide = wide;
  }

  /// The kernel of a type; empty for types that hold no weights.
  public Optional<MatrixKernel> of(TensorType type) {
    return narrow(type).map(kernel -> withTiles(type, kernel));
  }

  /// The kernel of a type without tiles; empty where that is the same kernel.
  public Optional<MatrixKernel> withoutTiles(TensorType type) {
    return unpacker(type).isEmpty() ? Optional.empty() : narrow(type).map(kernel -> kernel);
  }

  private Optional<LaneMatrixKernel> narrow(TensorType type) {
    return switch (type) {
      case F32, F16, BF16 -> Optional.of(floating(type));
      case I8, I16, I32, I64, F64 -> Optional.empty();
      default -> Optional.of(quantized(type));
    };
  }

  private MatrixKernel withTiles(TensorType type, LaneMatrixKernel kernel) {
    Optional<Emitter> unpacker = unpacker(type);
    if (unpacker.isEmpty()) {
      return kernel;
    }
    RoutineLibrary library = loader.apply(List.of(unpacker.get()));
    Routine unpack = library.routine(unpacker.get().name());
    return kernel.with(new TileMultiplier(tiles(), kernel.packing(), unpack));
  }

  /// What makes tiles of a type; empty where products are not in tiles. Whoever has float32 weights
  /// wants them exact.
  private Optional<Emitter> unpacker(TensorType type) {
    if (wide.tiles() == TileKind.NONE) {
      return Optional.empty();
    }
    return switch (type) {
      case F16, BF16 -> Optional.of(new HalfTileUnpacker(type));
      case F32, I8, I16, I32, I64, F64 -> Optional.empty();
      default -> Optional.of(new TileUnpacker(packed(type)));
    };
  }

  private LaneMatrixKernel floating(TensorType type) {
    return new LaneMatrixKernel(
        lanes,
        "f32 activations",
        new FloatPacking(type, lanes),
        plain,
        products(lanes == 16 ? 4 : 3, tokens -> new FloatProduct(type, lanes, tokens)));
  }

  /// A type without kernels of its own is packed to bytes.
  private static PackedType packed(TensorType type) {
    return PackedType.of(type).orElse(PackedType.Q8_0);
  }

  private LaneMatrixKernel quantized(TensorType type) {
    PackedType packed = packed(type);
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

  /// One for all kernels, like `planes`.
  private TileMultiplier.Shared tiles() {
    TileMultiplier.Shared shared = tiles;
    if (shared == null) {
      Tiles seam = wide.tiles().tiles.orElseThrow();
      TileTokens tokens = new TileTokens();
      TileProduct product = new TileProduct(seam);
      TileDrain drain = new TileDrain();
      RoutineLibrary library = loader.apply(List.of(tokens, product, drain));
      shared =
          new TileMultiplier.Shared(
              seam,
              new TileLayout(library.routine(tokens.name())),
              wide.leastTokens(),
              library.routine(product.name()),
              library.routine(drain.name()));
      tiles = shared;
    }
    return shared;
  }
}
