package puna.x64.row;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.code.Emitter;

/// Rotates the pairs `(2i, 2i+1)` of all heads of one token, a vector of each head at a time:
///
/// ```
/// x:              even0 odd0 even1 odd1 …      sines:    s0 s0 s1 s1 …
/// x · cosines ∓ (x with neighbours swapped) · sines     − in even lanes, + in odd ones
/// ```
///
/// | byte | argument                                        |
/// |------|-------------------------------------------------|
/// | 0    | the token's first head                          |
/// | 8    | its cosines, headSize/2 float32                 |
/// | 16   | its sines                                       |
/// | 24   | heads                                           |
/// | 32   | bytes of a head                                 |
/// | 40   | bytes of whole vectors of a head                |
/// | 48   | values of the tail of a head                    |
public final class RopeEmitter implements Emitter {
  private static final int SWAP_NEIGHBOURS = 0xB1;
  private static final Gp ARGUMENTS = Gp.RDI;
  private static final Gp X = Gp.RSI;
  private static final Gp COSINES = Gp.RDX;
  private static final Gp SINES = Gp.RCX;
  private static final Gp WHOLE = Gp.R8;
  private static final Gp TAIL = Gp.R9;
  private static final Gp AT = Gp.RAX;
  private static final Gp NEXT = Gp.R10;
  private static final Gp HEAD = Gp.R11; // where the next head's piece is
  private static final Gp HEADS = Gp.RBX; // yet to come

  private final Lanes.Width width;

  public RopeEmitter(Lanes.Width width) {
    this.width = width;
  }

  public static void fill(
      MemorySegment arguments, Angles angles, int heads, int headSize, Lanes.Width width) {
    arguments.set(ValueLayout.JAVA_LONG, 0, angles.x());
    arguments.set(ValueLayout.JAVA_LONG, 8, angles.cosines());
    arguments.set(ValueLayout.JAVA_LONG, 16, angles.sines());
    arguments.set(ValueLayout.JAVA_LONG, 24, heads);
    arguments.set(ValueLayout.JAVA_LONG, 32, 4L * headSize);
    arguments.set(ValueLayout.JAVA_LONG, 40, (long) (headSize / width.lanes()) * width.bytes());
    arguments.set(ValueLayout.JAVA_LONG, 48, headSize % width.lanes());
  }

  /// Where a token's heads are, and what they turn by.
  public record Angles(long x, long cosines, long sines) {}

  @Override
  public String name() {
    return "rope";
  }

  @Override
  public void emit(Assembler asm) {
    Lanes lanes = new Lanes(asm, width);
    asm.mov(X, Mem.at(ARGUMENTS, 0));
    asm.mov(COSINES, Mem.at(ARGUMENTS, 8));
    asm.mov(SINES, Mem.at(ARGUMENTS, 16));
    asm.mov(WHOLE, Mem.at(ARGUMENTS, 40));
    Vec eachTwice = lanes.vec(4);
    int[] indices = new int[lanes.count()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = i / 2;
    }
    lanes.load(eachTwice, lanes.constant(indices));
    asm.clear(AT);
    lanes.loop(AT, WHOLE, NEXT, lanes.bytes(), () -> turnPiece(lanes, Lanes.Piece.WHOLE));
    asm.mov(TAIL, Mem.at(ARGUMENTS, 48));
    lanes.unlessZero(TAIL, () -> turnPiece(lanes, Lanes.Piece.TAIL));
  }

  private static void turnPiece(Lanes lanes, Lanes.Piece piece) {
    Assembler asm = lanes.asm();
    Vec eachTwice = lanes.vec(4);
    Vec cosines = lanes.vec(1);
    Vec sines = lanes.vec(2);
    if (piece == Lanes.Piece.TAIL) {
      asm.mov(TAIL, Mem.at(ARGUMENTS, 48));
      asm.shr(TAIL, 1);
      lanes.prepareTail(TAIL, NEXT);
    }
    // A piece of a head has half as many angles.
    lanes.load(piece, lanes.half(1), Mem.at(COSINES));
    lanes.load(piece, lanes.half(2), Mem.at(SINES));
    asm.emit(VectorOp.VPERMPS, cosines, eachTwice, cosines);
    asm.emit(VectorOp.VPERMPS, sines, eachTwice, sines);
    asm.add(COSINES, lanes.bytes() / 2);
    asm.add(SINES, lanes.bytes() / 2);
    if (piece == Lanes.Piece.TAIL) {
      asm.mov(TAIL, Mem.at(ARGUMENTS, 48));
      lanes.prepareTail(TAIL, NEXT);
    }
    asm.lea(HEAD, Mem.at(X, AT, 1));
    asm.mov(HEADS, Mem.at(ARGUMENTS, 24));
    lanes.repeat(HEADS, () -> turnHead(lanes, piece));
  }

  private static void turnHead(Lanes lanes, Lanes.Piece piece) {
    Assembler asm = lanes.asm();
    Vec x = lanes.vec(0);
    Vec swapped = lanes.vec(3);
    lanes.load(piece, x, Mem.at(HEAD));
    asm.emit(VectorOp.VPERMILPS, swapped, x, SWAP_NEIGHBOURS);
    asm.emit(VectorOp.VMULPS, swapped, swapped, lanes.vec(2));
    asm.emit(VectorOp.VFMADDSUB213PS, x, lanes.vec(1), swapped);
    lanes.store(piece, Mem.at(HEAD), x);
    asm.add(HEAD, Mem.at(ARGUMENTS, 32));
  }
}
