package puna.x64.row;

import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;

/// Rounds the heads of one token, side by side in float32, to f16 (to nearest, ties to even), each
/// head to its place in the cache. Heads are whole vectors.
public final class StoreEmitter implements Emitter {
  private static final ArgumentLayout LAYOUT =
      ArgumentLayout.of("from", "to", "stride", "heads", "pieces");
  public static final long FROM = LAYOUT.offset("from");
  public static final long TO = LAYOUT.offset("to");
  public static final long STRIDE = LAYOUT.offset("stride"); // bytes from head to head in the cache
  public static final long HEADS = LAYOUT.offset("heads");
  public static final long PIECES = LAYOUT.offset("pieces"); // vectors of a head

  private static final int NEAREST = 0;

  private final Lanes.Width width;

  public StoreEmitter(Lanes.Width width) {
    this.width = width;
  }

  @Override
  public String name() {
    return "storeHalves";
  }

  @Override
  public void emit(Assembler asm) {
    Lanes lanes = new Lanes(asm, width);
    Gp from = Gp.RSI;
    Gp head = Gp.RDX;
    Gp to = Gp.RCX;
    Gp heads = Gp.R8;
    Gp pieces = Gp.RAX;
    Vec values = lanes.vec(0);
    asm.mov(from, argument(FROM));
    asm.mov(head, argument(TO));
    asm.mov(heads, argument(HEADS));
    lanes.repeat(
        heads,
        () -> {
          asm.mov(to, head);
          asm.mov(pieces, argument(PIECES));
          lanes.repeat(
              pieces,
              () -> {
                lanes.load(values, Mem.at(from));
                asm.emit(VectorOp.VCVTPS2PH, Mem.at(to), values, NEAREST);
                asm.add(from, lanes.bytes());
                asm.add(to, lanes.bytes() / 2);
              });
          asm.add(head, argument(STRIDE));
        });
  }

  private static Mem argument(long offset) {
    return Mem.at(Gp.RDI, Math.toIntExact(offset));
  }
}
