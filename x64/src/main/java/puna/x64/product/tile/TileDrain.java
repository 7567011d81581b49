package puna.x64.product.tile;

import static puna.x64.asm.VectorOp.*;

import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mask;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;
import puna.x64.panel.TilePanel;
import puna.x64.row.Lanes;
import puna.x64.tile.Tiles;

/// Parked sums of up to two token tiles to rows of results, token after token; the last row group
/// under a mask.
public final class TileDrain implements Emitter {
  static final ArgumentLayout ARGUMENTS =
      ArgumentLayout.of("sums", "tokens", "whole", "tail", "out", "outStride");

  private static final Gp ARGS = Gp.RDI;
  private static final Gp TILES = Gp.RSI; // of 16 tokens
  private static final Gp FROM = Gp.RDX;
  private static final Gp TO = Gp.RCX;
  private static final Gp OUT = Gp.R8;
  private static final Gp TOKENS = Gp.R9;
  private static final Gp GROUPS = Gp.R10;
  private static final Gp TOKEN = Gp.R11; // in its tile, in bytes
  private static final Gp TAIL_MASK = Gp.RAX;
  private static final int ROW_BYTES = Tiles.BYTES / Tiles.ROWS;

  private static final Vec RESULTS = Vec.zmm(0);
  private static final Mask TAIL = Mask.k(1);

  @Override
  public String name() {
    return "tile-drain";
  }

  @Override
  public void emit(Assembler asm) {
    Lanes lanes = new Lanes(asm, Lanes.Width.ZMM);
    asm.mov(TILES, ARGUMENTS.field(ARGS, "sums"));
    asm.mov(OUT, ARGUMENTS.field(ARGS, "out"));
    asm.mov(TOKENS, ARGUMENTS.field(ARGS, "tokens"));
    asm.mov(TAIL_MASK, ARGUMENTS.field(ARGS, "tail"));
    asm.kmovw(TAIL, TAIL_MASK);
    asm.clear(TOKEN);
    lanes.repeat(TOKENS, () -> token(lanes));
  }

  private static void token(Lanes lanes) {
    Assembler asm = lanes.asm();
    asm.lea(FROM, Mem.at(TILES, TOKEN, 1));
    asm.mov(TO, OUT);
    asm.mov(GROUPS, ARGUMENTS.field(ARGS, "whole"));
    lanes.repeat(
        GROUPS,
        () -> {
          lanes.load(RESULTS, Mem.at(FROM));
          lanes.store(Mem.at(TO), RESULTS);
          asm.add(FROM, TilePanel.PAIR_BYTES);
          asm.add(TO, ROW_BYTES);
        });
    lanes.unlessZero(
        TAIL_MASK,
        () -> {
          lanes.load(RESULTS, Mem.at(FROM));
          asm.emit(VMOVUPS_STORE, Mem.at(TO), RESULTS.merging(TAIL));
        });
    asm.add(OUT, ARGUMENTS.field(ARGS, "outStride"));
    Label same = new Label();
    asm.add(TOKEN, ROW_BYTES);
    asm.cmp(TOKEN, Tiles.BYTES);
    asm.jump(Condition.NOT_EQUAL, same);
    asm.clear(TOKEN);
    asm.add(TILES, Tiles.BYTES);
    asm.bind(same);
  }
}
