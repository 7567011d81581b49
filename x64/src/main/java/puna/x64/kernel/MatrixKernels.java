package puna.x64.kernel;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import puna.backend.cpu.MatrixKernel;
import puna.tensor.TensorType;
import puna.x64.code.Emitter;
import puna.x64.code.Routine;
import puna.x64.code.RoutineLibrary;
import puna.x64.pack.Numbers;
import puna.x64.pack.PackedType;
import puna.x64.pack.Scales;
import puna.x64.panel.PlainLayout;
import puna.x64.panel.PlaneTilesLayout;
import puna.x64.panel.PlanesLayout;
import puna.x64.panel.QuantizeTokens;
import puna.x64.panel.TileLayout;
import puna.x64.panel.TileTokens;
import puna.x64.panel.TokenPlanes.Planes;
import puna.x64.panel.TokenWords;
import puna.x64.panel.TokenWordsLayout;
import puna.x64.product.CodePacking;
import puna.x64.product.Dot;
import puna.x64.product.FloatPacking;
import puna.x64.product.FloatProduct;
import puna.x64.product.Packing;
import puna.x64.product.QuantizedPacking;
import puna.x64.product.plane.PlaneProduct256;
import puna.x64.product.plane.PlaneProduct512;
import puna.x64.product.plane.PlaneTileMultiplier;
import puna.x64.product.plane.PlaneTileProduct;
import puna.x64.product.tile.HalfTileUnpacker;
import puna.x64.product.tile.TileDrain;
import puna.x64.product.tile.TileMultiplier;
import puna.x64.product.tile.TileProduct;
import puna.x64.product.tile.TileUnpacker;
import puna.x64.product.word.WordMultiplier;
import puna.x64.product.word.WordProduct;
import puna.x64.product.word.WordUnpacker;
import puna.x64.tile.AmxTiles;
import puna.x64.tile.EmulatedTiles;
import puna.x64.tile.Tiles;

/// The matrix kernels of one width of vectors, assembled when they are asked for.
public final class MatrixKernels {
  private final Function<List<Emitter>, RoutineLibrary> loader;
  private final Planes bits;
  private final Vectors vectors;
  private final int lanes;
  private final TileUse tileUse;
  private final PlainLayout plain = new PlainLayout();
  private @Nullable PlanesLayout planes;
  private TileMultiplier.@Nullable Shared tiles;
  private @Nullable PlaneTilesLayout planeTiles;
  private @Nullable TokenWordsLayout words;
  private final Map<Scales, Routine[][]> wordProducts = new EnumMap<>(Scales.class);

  /// In which vectors a few tokens are multiplied, and how.
  public enum Vectors {
    /// Eight rows, bytes in pairs.
    AVX2(8, Dot.MADD, 2),
    /// Eight rows, bytes in quads.
    AVX_VNNI(8, Dot.VNNI, 3),
    /// The same, as AVX-512 VNNI encodes it: for tests where AVX-VNNI is missing.
    AVX_VNNI_OF_AVX512(8, Dot.VNNI_OF_AVX512, 3),
    /// Sixteen rows, bytes in quads.
    AVX512(16, Dot.VNNI_OF_AVX512, 4);

    private final int lanes;
    private final Dot dot;
    private final int products; // those of 1, 2, 4 … tokens

    Vectors(int lanes, Dot dot, int products) {
      this.lanes = lanes;
      this.dot = dot;
      this.products = products;
    }
  }

  /// Which steps of many tokens are multiplied in which tiles.
  ///
  /// @param bf16 tiles for steps of `leastBf16Tokens` and more
  /// @param bytes tiles for steps of `leastByteTokens` and more, where `bf16` are not used
  public record TileUse(TileKind bf16, int leastBf16Tokens, TileKind bytes, int leastByteTokens) {
    /// No tiles at all.
    public static final TileUse NONE = new TileUse(TileKind.NONE, 0, TileKind.NONE, 0);

    /// Measured: products in bytes take as long for 9 tokens as for 16, two passes of vectors.
    private static final int LEAST_BYTE_TOKENS = 9;

    /// Fewer tokens are answers that are being generated more often than prompts, and those keep
    /// their exactness. Measured: bytes are faster up to 16 tokens; for 32, bf16 is by half.
    private static final int LEAST_BF16_TOKENS = 33;

    /// For every step that is worth it.
    public static TileUse in(TileKind bf16, TileKind bytes) {
      return new TileUse(bf16, LEAST_BF16_TOKENS, bytes, LEAST_BYTE_TOKENS);
    }
  }

  /// What multiplies steps of many tokens.
  public enum TileKind {
    /// The narrow products, some tokens at a time: float32, or two planes.
    NONE(Optional.empty()),
    /// The processor's tiles.
    AMX(Optional.of(new AmxTiles())),
    /// The same by AVX512_BF16 and VNNI: as exact, and not fast.
    EMULATED(Optional.of(new EmulatedTiles()));

    private final Optional<Tiles> tiles;

    TileKind(Optional<Tiles> tiles) {
      this.tiles = tiles;
    }

    private Tiles tiles() {
      return tiles.orElseThrow();
    }
  }

  /// @param loader makes emitters callable
  /// @param bits how exact activations of quantized products are
  /// @param vectors that the processor has
  /// @param tileUse none but with AVX-512 and AVX512_BF16
  public MatrixKernels(
      Function<List<Emitter>, RoutineLibrary> loader,
      Planes bits,
      Vectors vectors,
      TileUse tileUse) {
    this.loader = loader;
    this.vectors = vectors;
    this.lanes = vectors.lanes;
    this.bits = bits;
    this.tileUse = tileUse;
  }

  /// The kernel of a type; empty for types that hold no weights.
  public Optional<MatrixKernel> of(TensorType type) {
    return narrow(type).map(kernel -> withTiles(type, kernel));
  }

  /// The kernel of a type without tiles; empty where that is the same kernel.
  public Optional<MatrixKernel> withoutTiles(TensorType type) {
    boolean hasTiles = tileUse.bytes() != TileKind.NONE || unpacker(type).isPresent();
    return hasTiles ? narrow(type).map(kernel -> kernel) : Optional.empty();
  }

  private Optional<LaneMatrixKernel> narrow(TensorType type) {
    return switch (type) {
      case F32, F16, BF16 -> Optional.of(floating(type, new FloatPacking(type, lanes)));
      case F8_E4M3, F8_E5M2, I8 -> Optional.of(floating(type, new CodePacking(type, lanes)));
      case I16, I32, I64, F64 -> Optional.empty();
      default -> Optional.of(quantized(type));
    };
  }

  private MatrixKernel withTiles(TensorType type, LaneMatrixKernel narrow) {
    LaneMatrixKernel kernel = withPlaneTiles(type, narrow);
    Optional<Emitter> unpacker = unpacker(type);
    if (unpacker.isEmpty()) {
      return kernel;
    }
    return kernel.with(new TileMultiplier(tiles(), kernel.packing(), routine(unpacker.get())));
  }

  private LaneMatrixKernel withPlaneTiles(TensorType type, LaneMatrixKernel narrow) {
    if (tileUse.bytes() == TileKind.NONE || !type.isQuantized()) {
      return narrow;
    }
    Emitter product = new PlaneTileProduct(packed(type), bits, tileUse.bytes().tiles());
    return narrow.with(
        new PlaneTileMultiplier(planeTiles(), tileUse.leastByteTokens(), routine(product)));
  }

  private Routine routine(Emitter emitter) {
    return loader.apply(List.of(emitter)).routine(emitter.name());
  }

  /// What makes tiles of a type; empty where products are not in tiles. Whoever has float32 weights
  /// wants them exact.
  private Optional<Emitter> unpacker(TensorType type) {
    if (tileUse.bf16() == TileKind.NONE) {
      return Optional.empty();
    }
    return switch (type) {
      case F16, BF16 -> Optional.of(new HalfTileUnpacker(type));
      case F32, F8_E4M3, F8_E5M2, I8, I16, I32, I64, F64 -> Optional.empty();
      default -> Optional.of(new TileUnpacker(packed(type)));
    };
  }

  private LaneMatrixKernel floating(TensorType type, Packing packing) {
    return new LaneMatrixKernel(
        lanes,
        "f32 activations",
        packing,
        plain,
        products(lanes == 16 ? 4 : 3, tokens -> new FloatProduct(type, lanes, tokens)));
  }

  /// A type without kernels of its own is packed to bytes.
  private static PackedType packed(TensorType type) {
    return PackedType.of(type).orElse(PackedType.Q8_0);
  }

  private LaneMatrixKernel quantized(TensorType type) {
    PackedType packed = packed(type);
    QuantizedPacking packing = new QuantizedPacking(type, packed, lanes);
    IntFunction<Emitter> product =
        vectors == Vectors.AVX512
            ? tokens -> new PlaneProduct512(packed, bits, tokens)
            : tokens -> new PlaneProduct256(packed, bits, tokens, vectors.dot);
    LaneMatrixKernel bytes =
        new LaneMatrixKernel(
            lanes, bits.description(), packing, planes(), products(vectors.products, product));
    boolean inWords = vectors != Vectors.AVX512 && bits == Planes.TWO;
    return inWords ? bytes.with(words(packing)) : bytes;
  }

  private WordMultiplier words(QuantizedPacking packing) {
    PackedType type = packing.type();
    return new WordMultiplier(
        words(),
        leastWordTokens(type),
        packing,
        routine(new WordUnpacker(type)),
        wordProducts.computeIfAbsent(type.scales(), this::wordProducts));
  }

  /// By groups and tokens, less one: the same for all types with such scales.
  private Routine[][] wordProducts(Scales scales) {
    List<Emitter> emitters = new ArrayList<>();
    for (int groups = 1; groups <= WordUnpacker.GROUPS; groups++) {
      for (int tokens = 1; tokens <= TokenWords.TOKENS; tokens++) {
        emitters.add(new WordProduct(scales, tokens, groups, vectors.dot));
      }
    }
    RoutineLibrary library = loader.apply(emitters);
    Routine[][] products = new Routine[WordUnpacker.GROUPS][TokenWords.TOKENS];
    for (int i = 0; i < emitters.size(); i++) {
      products[i / TokenWords.TOKENS][i % TokenWords.TOKENS] =
          library.routine(emitters.get(i).name());
    }
    return products;
  }

  /// Measured: numbers that bytes take many instructions to unpack, for every few tokens anew, are
  /// faster in words from fewer tokens on; AVX-VNNI multiplies bytes of four tokens a pass.
  private int leastWordTokens(PackedType type) {
    boolean isPlain = type.numbers() == Numbers.NIBBLES && type.levels() == PackedType.Levels.EVEN;
    if (vectors == Vectors.AVX2) {
      return isPlain ? 8 : 4;
    }
    return isPlain || type.numbers() == Numbers.BYTES ? 24 : 8;
  }

  /// One for all kernels, like `planes`.
  private TokenWordsLayout words() {
    TokenWordsLayout layout = words;
    if (layout == null) {
      layout = new TokenWordsLayout(routine(new QuantizeTokens(bits, QuantizeTokens.Form.WORDS)));
      words = layout;
    }
    return layout;
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
      layout = new PlanesLayout(routine(new QuantizeTokens(bits, QuantizeTokens.Form.TOKENS)));
      planes = layout;
    }
    return layout;
  }

  /// One for all kernels, like `planes`.
  private PlaneTilesLayout planeTiles() {
    PlaneTilesLayout layout = planeTiles;
    if (layout == null) {
      layout = new PlaneTilesLayout(routine(new QuantizeTokens(bits, QuantizeTokens.Form.TILES)));
      planeTiles = layout;
    }
    return layout;
  }

  /// One for all kernels, like `planes`.
  private TileMultiplier.Shared tiles() {
    TileMultiplier.Shared shared = tiles;
    if (shared == null) {
      Tiles seam = tileUse.bf16().tiles();
      TileTokens tokens = new TileTokens();
      TileProduct park = new TileProduct(seam, TileProduct.Ending.PARKED);
      TileProduct finish = new TileProduct(seam, TileProduct.Ending.RESULTS);
      TileDrain drain = new TileDrain();
      RoutineLibrary library = loader.apply(List.of(tokens, park, finish, drain));
      shared =
          new TileMultiplier.Shared(
              seam,
              new TileLayout(library.routine(tokens.name()), TileMultiplier.PANEL_ROWS),
              tileUse.leastBf16Tokens(),
              new TileMultiplier.Routines(
                  library.routine(park.name()),
                  library.routine(finish.name()),
                  library.routine(drain.name())));
      tiles = shared;
    }
    return shared;
  }
}
