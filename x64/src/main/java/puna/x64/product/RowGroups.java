package puna.x64.product;

import java.util.List;
import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.code.ArgumentLayout;

/// The loop over row groups that products and unpackers have around their own work.
///
/// ```
/// begin        the first row group and where its results go, from the arguments
/// row group    as many as the arguments say, which may be none
///   its own      …
///   advance      to the next; its units
/// ```
///
/// It owns the registers named here. Who needs the one that counts has a loop of its own.
public final class RowGroups {
  /// The group that is worked on; from `advance` on the next.
  public static final Gp GROUP = Gp.R13;

  private static final Gp ARGS = Gp.RDI;
  private static final Gp LEFT = Gp.R11;
  private static final ArgumentLayout ARGUMENTS = ProductArguments.LAYOUT;

  private RowGroups() {}

  /// A field of the arguments.
  public static Mem field(String name) {
    return ARGUMENTS.field(ARGS, name);
  }

  /// @param out a register for where results go
  public static void begin(Assembler asm, Gp out) {
    asm.mov(GROUP, field("weights"));
    asm.mov(LEFT, field("groups"));
    asm.mov(out, field("out"));
  }

  /// Runs `body` for every row group.
  public static void forEach(Assembler asm, Runnable body) {
    forEach(asm, 1, body);
  }

  /// The same, where the loop begins at a multiple of `alignment` bytes.
  public static void forEach(Assembler asm, int alignment, Runnable body) {
    Label group = new Label();
    Label end = new Label();
    asm.test(LEFT, LEFT);
    asm.jump(Condition.EQUAL, end);
    asm.align(alignment);
    asm.bind(group);
    body.run();
    asm.sub(LEFT, 1);
    asm.jump(Condition.NOT_EQUAL, group);
    asm.bind(end);
  }

  /// Goes on to the next row group.
  public static void advance(Assembler asm) {
    asm.add(GROUP, field("groupBytes"));
  }

  /// The same, and counts the units of this one.
  ///
  /// @param units a register for their number
  public static void advance(Assembler asm, Gp units) {
    advance(asm);
    asm.mov(units, field("units"));
  }

  /// Stores a vector of results for each token, and goes on to those of the next row group.
  ///
  /// @param out a register that says where the first token's go
  /// @param cursor a register that may change
  /// @param results of each token
  public static void store(Assembler asm, Gp out, Gp cursor, List<Vec> results) {
    asm.mov(cursor, out);
    for (int token = 0; token < results.size(); token++) {
      asm.emit(VectorOp.VMOVUPS_STORE, Mem.at(cursor), results.get(token));
      if (token + 1 < results.size()) {
        asm.add(cursor, field("outStride"));
      }
    }
    asm.add(out, results.getFirst().bits() / Byte.SIZE);
  }

  /// What lies `index` strides behind `base`, 0 to 3.
  ///
  /// @param stride3 a register with three strides
  public static Mem strided(Gp base, Gp stride, Gp stride3, int index, int offset) {
    return switch (index) {
      case 0 -> Mem.at(base, offset);
      case 1 -> Mem.at(base, stride, 1, offset);
      case 2 -> Mem.at(base, stride, 2, offset);
      default -> Mem.at(base, stride3, 1, offset);
    };
  }
}
