package puna.x64.cpu;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;
import puna.x64.code.NativeCalls;
import puna.x64.code.Platform;
import puna.x64.code.RefusedException;
import puna.x64.code.RoutineLibrary;
import puna.x64.code.SystemMemory;
import puna.x64.settings.X64Settings;

/// Asks the processor what it is, by CPUID and XGETBV (Intel's manual, volume 2; AMD's volume 3).
public final class CpuProbe {
  private static final ArgumentLayout ARGUMENTS = ArgumentLayout.of("eax", "ebx", "ecx", "edx");
  private static final int EXTENDED = 0x8000_0000;

  // Bits of XCR0: which registers the operating system saves.
  private static final long AVX_STATE = 0b110; // xmm, ymm
  private static final long AVX512_STATE = 0b1110_0110; // and masks, zmm
  private static final long TILE_STATE = 3L << 17; // tile configuration and data

  private static final long ARCH_PRCTL = 158;
  private static final long REQUEST_PERMISSION = 0x1023; // ARCH_REQ_XCOMP_PERM
  private static final long TILE_DATA = 18; // XFEATURE_XTILEDATA

  private final SystemMemory memory;

  public CpuProbe(SystemMemory memory) {
    this.memory = memory;
  }

  /// @throws RefusedException when this is no x86-64 processor, or the system lets no code run
  public CpuFeatures features() {
    String architecture = X64Settings.architecture();
    if (!architecture.equals("amd64") && !architecture.equals("x86_64")) {
      throw new RefusedException("the processor is no x86-64 but " + architecture);
    }
    try (Arena arena = Arena.ofConfined()) {
      RoutineLibrary library =
          RoutineLibrary.load(List.of(new CpuidEmitter(), new XgetbvEmitter()), memory, arena);
      return read(new Registers(library, arena.allocate(ARGUMENTS.layout())));
    }
  }

  private static CpuFeatures read(Registers cpu) {
    int highest = cpu.ask(0, 0).eax();
    int highestExtended = cpu.ask(EXTENDED, 0).eax();
    Leaf one = cpu.ask(1, 0);
    Leaf seven = highest >= 7 ? cpu.ask(7, 0) : Leaf.NONE;
    Leaf sevenOne = highest >= 7 && seven.eax() >= 1 ? cpu.ask(7, 1) : Leaf.NONE;
    boolean savesState = bit(one.ecx(), 27);
    long saved = savesState ? cpu.savedState() : 0;
    boolean avx = bit(one.ecx(), 28) && (saved & AVX_STATE) == AVX_STATE;
    boolean avx512 = avx && (saved & AVX512_STATE) == AVX512_STATE && bit(seven.ebx(), 16);
    boolean tiles =
        avx512 && (saved & TILE_STATE) == TILE_STATE && bit(seven.edx(), 24) && permitsTiles();
    return new CpuFeatures(
        brand(cpu, highestExtended),
        l2Bytes(cpu, highestExtended),
        avx,
        avx && bit(seven.ebx(), 5),
        avx && bit(one.ecx(), 12),
        avx && bit(one.ecx(), 29),
        avx512,
        avx512 && bit(seven.ebx(), 30),
        avx512 && bit(seven.ebx(), 31),
        avx512 && bit(seven.ebx(), 17),
        avx512 && bit(seven.ecx(), 11),
        avx512 && bit(seven.ecx(), 1),
        avx512 && bit(sevenOne.eax(), 5),
        tiles,
        tiles && bit(seven.edx(), 25),
        tiles && bit(seven.edx(), 22),
        avx && bit(sevenOne.eax(), 4));
  }

  private static boolean bit(int register, int number) {
    return (register >>> number & 1) != 0;
  }

  private static String brand(Registers cpu, int highestExtended) {
    if (Integer.compareUnsigned(highestExtended, EXTENDED + 4) < 0) {
      return "x86-64";
    }
    ByteBuffer text = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    for (int leaf = 2; leaf <= 4; leaf++) {
      Leaf part = cpu.ask(EXTENDED + leaf, 0);
      text.putInt(part.eax()).putInt(part.ebx()).putInt(part.ecx()).putInt(part.edx());
    }
    return new String(text.array(), StandardCharsets.ISO_8859_1).replace('\0', ' ').strip();
  }

  private static long l2Bytes(Registers cpu, int highestExtended) {
    return Integer.compareUnsigned(highestExtended, EXTENDED + 6) < 0
        ? 0
        : (cpu.ask(EXTENDED + 6, 0).ecx() >>> 16) * 1024L;
  }

  /// Linux gives a process the large tile state only when it asks for it.
  @SuppressWarnings("restricted")
  private static boolean permitsTiles() {
    if (Platform.current() != Platform.LINUX) {
      return false;
    }
    MethodHandle syscall =
        NativeCalls.find(
            Linker.nativeLinker().defaultLookup(),
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    return NativeCalls.run(
            () -> (long) syscall.invokeExact(ARCH_PRCTL, REQUEST_PERMISSION, TILE_DATA))
        == 0;
  }

  private record Leaf(int eax, int ebx, int ecx, int edx) {
    static final Leaf NONE = new Leaf(0, 0, 0, 0);
  }

  /// Runs the two routines.
  private record Registers(RoutineLibrary library, MemorySegment arguments) {
    Leaf ask(int leaf, int subleaf) {
      arguments.set(JAVA_LONG, ARGUMENTS.offset("eax"), leaf);
      arguments.set(JAVA_LONG, ARGUMENTS.offset("ecx"), subleaf);
      library.routine("cpuid").call(arguments);
      return new Leaf(register("eax"), register("ebx"), register("ecx"), register("edx"));
    }

    /// XCR0.
    long savedState() {
      library.routine("xgetbv").call(arguments);
      return Integer.toUnsignedLong(register("eax")) | (long) register("edx") << 32;
    }

    private int register(String name) {
      return (int) arguments.get(JAVA_LONG, ARGUMENTS.offset(name));
    }
  }

  private record CpuidEmitter() implements Emitter {
    @Override
    public String name() {
      return "cpuid";
    }

    @Override
    public void emit(Assembler asm) {
      asm.mov(Gp.RAX, ARGUMENTS.field(Gp.RDI, "eax"));
      asm.mov(Gp.RCX, ARGUMENTS.field(Gp.RDI, "ecx"));
      asm.cpuid();
      asm.mov(ARGUMENTS.field(Gp.RDI, "eax"), Gp.RAX);
      asm.mov(ARGUMENTS.field(Gp.RDI, "ebx"), Gp.RBX);
      asm.mov(ARGUMENTS.field(Gp.RDI, "ecx"), Gp.RCX);
      asm.mov(ARGUMENTS.field(Gp.RDI, "edx"), Gp.RDX);
    }
  }

  private record XgetbvEmitter() implements Emitter {
    @Override
    public String name() {
      return "xgetbv";
    }

    @Override
    public void emit(Assembler asm) {
      asm.clear(Gp.RCX);
      asm.xgetbv();
      asm.mov(ARGUMENTS.field(Gp.RDI, "eax"), Gp.RAX);
      asm.mov(ARGUMENTS.field(Gp.RDI, "edx"), Gp.RDX);
    }
  }
}
