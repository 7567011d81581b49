package puna.x64.tile;

import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Tile;

/// The processor's own tiles. R15 is the distance of their rows.
public record AmxTiles() implements Tiles {
  private static final int ROW_BYTES = BYTES / ROWS;

  // Intel's manual, volume 1, chapter 18: palette, start row, 14 reserved bytes, bytes a row of
  // each tile in 16 bits from byte 16 on, rows of each tile in 8 bits from byte 48 on.
  private static final int CONFIGURATION_BYTES = 64;
  private static final int PALETTE = 1;
  private static final int ROW_BYTES_AT = 16;
  private static final int ROWS_AT = 48;

  @Override
  public String name() {
    return "AMX";
  }

  @Override
  public void configure(Assembler asm, Mem images) {
    configure(asm, wholeTiles());
  }

  @Override
  public void configureBytes(Assembler asm, Mem images, int columns) {
    byte[] configuration = wholeTiles();
    for (int i = 0; i < 2; i++) {
      configuration[ROW_BYTES_AT + 2 * TileBlocks.a(i).number()] = (byte) columns;
      configuration[ROWS_AT + TileBlocks.b(i).number()] = (byte) (columns / 4);
    }
    configure(asm, configuration);
  }

  private static byte[] wholeTiles() {
    byte[] configuration = new byte[CONFIGURATION_BYTES];
    configuration[0] = PALETTE;
    for (int tile = 0; tile < COUNT; tile++) {
      configuration[ROW_BYTES_AT + 2 * tile] = ROW_BYTES;
      configuration[ROWS_AT + tile] = ROWS;
    }
    return configuration;
  }

  private static void configure(Assembler asm, byte[] configuration) {
    asm.ldtilecfg(asm.constant(configuration));
    asm.mov(RESERVED, ROW_BYTES);
  }

  @Override
  public void release(Assembler asm) {
    asm.tilerelease();
  }

  @Override
  public void zero(Assembler asm, Tile tile) {
    asm.tilezero(tile);
  }

  @Override
  public void load(Assembler asm, Tile tile, Rows rows) {
    asm.tileloadd(tile, Mem.at(rows.base(), rows.stride(), 1, rows.displacement()));
  }

  @Override
  public void store(Assembler asm, Rows rows, Tile tile) {
    asm.tilestored(Mem.at(rows.base(), rows.stride(), 1, rows.displacement()), tile);
  }

  @Override
  public void load(Assembler asm, Tile tile, Gp image, int displacement) {
    asm.tileloadd(tile, Mem.at(image, RESERVED, 1, displacement));
  }

  @Override
  public void loadOnce(Assembler asm, Tile tile, Gp image, int displacement) {
    asm.tileloaddt1(tile, Mem.at(image, RESERVED, 1, displacement));
  }

  @Override
  public void store(Assembler asm, Gp image, int displacement, Tile tile) {
    asm.tilestored(Mem.at(image, RESERVED, 1, displacement), tile);
  }

  @Override
  public void multiply(Assembler asm, Tile sum, Tile a, Tile b) {
    asm.tdpbf16ps(sum, a, b);
  }

  @Override
  public void multiplyBytes(Assembler asm, Tile sum, Tile a, Tile b, int columns) {
    asm.tdpbssd(sum, a, b);
  }
}
