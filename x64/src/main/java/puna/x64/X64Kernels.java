package puna.x64;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import puna.backend.cpu.FloatKernels;
import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.MatrixKernel;
import puna.tensor.TensorType;
import puna.x64.code.HugeMemory;
import puna.x64.code.RefusedException;
import puna.x64.code.RoutineLibrary;
import puna.x64.code.SystemMemory;
import puna.x64.cpu.CpuFeatures;
import puna.x64.cpu.X64Tier;
import puna.x64.kernel.MatrixKernels;
import puna.x64.kernel.MatrixKernels.TileKind;
import puna.x64.kernel.MatrixKernels.Vectors;
import puna.x64.kernel.X64FloatKernels;
import puna.x64.kernel.X64FloatKernels.AttentionArithmetic;
import puna.x64.panel.TokenPlanes.Planes;
import puna.x64.settings.X64Settings;
import puna.x64.settings.X64Settings.PromptPrecision;

/// The tier of emitted machine code.
public final class X64Kernels implements KernelProvider {
  private static final System.Logger LOGGER = System.getLogger(X64Kernels.class.getName());

  private final X64Tier tier;
  private final CpuFeatures cpu;
  private final SystemMemory memory;
  private final SelfTest selfTest = new SelfTest();
  private final Arena code = Arena.ofShared();
  private final MatrixKernels matrixKernels;
  private final FloatKernels floatKernels;
  private final Map<TensorType, Optional<MatrixKernel>> kernels = new EnumMap<>(TensorType.class);
  private final Map<TensorType, String> reasons = new EnumMap<>(TensorType.class);

  X64Kernels(X64Tier tier, PromptPrecision precision, CpuFeatures cpu, SystemMemory memory) {
    this.tier = tier;
    this.cpu = cpu;
    this.memory = memory;
    this.matrixKernels =
        new MatrixKernels(
            emitters -> RoutineLibrary.load(emitters, memory, code),
            X64Settings.activationBits() == 8 ? Planes.ONE : Planes.TWO,
            vectors(tier),
            MatrixKernels.TileUse.in(tiles(tier, precision), byteTiles(tier, precision)));
    this.floatKernels =
        new X64FloatKernels(
            tier,
            attention(tier, precision),
            emitters -> RoutineLibrary.load(emitters, memory, code));
  }

  static Vectors vectors(X64Tier tier) {
    if (tier.includes(X64Tier.AVX512_VNNI)) {
      return Vectors.AVX512;
    }
    return tier.includes(X64Tier.AVX_VNNI) ? Vectors.AVX_VNNI : Vectors.AVX2;
  }

  static TileKind tiles(X64Tier tier, PromptPrecision precision) {
    if (tier.includes(X64Tier.AMX)) {
      return precision == PromptPrecision.EXACT ? TileKind.NONE : TileKind.AMX;
    }
    return precision == PromptPrecision.TILES && tier.includes(X64Tier.AVX512_BF16)
        ? TileKind.EMULATED
        : TileKind.NONE;
  }

  /// Tiles of integers, which are exact.
  static TileKind byteTiles(X64Tier tier, PromptPrecision precision) {
    return tier.includes(X64Tier.AMX) ? TileKind.AMX : tiles(tier, precision);
  }

  private static AttentionArithmetic attention(X64Tier tier, PromptPrecision precision) {
    return switch (precision) {
      case AUTO ->
          tiles(tier, precision) == TileKind.AMX
              ? AttentionArithmetic.AMX
              : AttentionArithmetic.EXACT;
      case EXACT -> AttentionArithmetic.EXACT;
      case BF16, TILES ->
          switch (tiles(tier, precision)) {
            case AMX -> AttentionArithmetic.AMX;
            case EMULATED -> AttentionArithmetic.EMULATED;
            case NONE -> AttentionArithmetic.BF16;
          };
    };
  }

  @Override
  public String tier() {
    return "x64";
  }

  @Override
  public String description() {
    return tier.description();
  }

  /// The processor that it runs on.
  public CpuFeatures cpu() {
    return cpu;
  }

  @Override
  public boolean asksAhead() {
    return memory.readsAhead();
  }

  /// That the system takes no advice changes nothing but when bytes are read.
  @Override
  public void askFor(MemorySegment mapped) {
    if (mapped.isMapped() && mapped.byteSize() > 0) {
      boolean _ = memory.adviseNeeded(mapped.address(), mapped.byteSize());
    }
  }

  @Override
  public Optional<MatrixKernel> kernelFor(TensorType type) {
    return kernels.computeIfAbsent(type, this::open);
  }

  private Optional<MatrixKernel> open(TensorType type) {
    try {
      return matrixKernels
          .of(type)
          .filter(kernel -> agrees(type, kernel))
          .or(() -> matrixKernels.withoutTiles(type).filter(kernel -> agrees(type, kernel)));
    } catch (RefusedException e) {
      reasons.put(type, e.reason());
      return Optional.empty();
    }
  }

  /// Whether a kernel passes its self-test; if not, it is off, with one warning.
  boolean agrees(TensorType type, MatrixKernel kernel) {
    Optional<String> fault = selfTest.fault(type, kernel);
    fault.ifPresent(text -> {
      reasons.put(type, "switched off by its self-test: " + text);
      LOGGER.log(
          Level.WARNING,
          "the x64 kernel for {0} disagrees with the scalar one on this processor ({1}) and is"
              + " not used: {2}",
          type,
          cpu.brand(),
          text);
    });
    return fault.isEmpty();
  }

  @Override
  public String reasonWithout(TensorType type) {
    return reasons.getOrDefault(type, KernelProvider.super.reasonWithout(type));
  }

  @Override
  public Optional<FloatKernels> floatKernels() {
    return Optional.of(floatKernels).filter(this::agree);
  }

  /// Whether the loops pass their self-test; if not, they are off, with one warning.
  boolean agree(FloatKernels loops) {
    Optional<String> fault = new FloatSelfTest().fault(loops);
    fault.ifPresent(text ->
        LOGGER.log(
            Level.WARNING,
            "the x64 loops for floats disagree with the scalar ones on this processor ({0}) and are"
                + " not used: {1}",
            cpu.brand(),
            text));
    return fault.isEmpty();
  }

  @Override
  public void close() {
    code.close();
  }

  @Override
  public SegmentAllocator weightMemory(Arena arena) {
    return new HugeMemory(memory, arena);
  }
}
