package puna.x64.tile;

import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Tile;

/// What an emitter needs of tiles: eight of 16 rows of 64 bytes, whose images in memory are 1,024
/// bytes, row after row.
///
/// R15 belongs to it from `configure` to `release`.
public sealed interface Tiles permits AmxTiles, EmulatedTiles {
  /// Rows of a tile: tokens of a left operand, pairs of columns of a right one.
  int ROWS = 16;

  /// Columns of a product of two tiles.
  int DEPTH = 32;

  /// Bytes of a tile.
  int BYTES = 1024;

  /// How many tiles there are.
  int COUNT = 8;

  /// What an implementation keeps its state in.
  Gp RESERVED = Gp.R15;

  /// For people, and to tell routines apart.
  String name();

  /// Makes the tiles usable.
  ///
  /// @param images where the address of `COUNT * BYTES` bytes of working memory lies
  void configure(Assembler asm, Mem images);

  /// Makes the tiles usable for bytes: a left-hand tile (4 or 5) has 16 rows of `columns` bytes, a
  /// right-hand one (6 or 7) a row of 64 bytes for each four columns.
  ///
  /// @param images as for `configure`
  /// @param columns 16 or 32
  void configureBytes(Assembler asm, Mem images, int columns);

  /// Gives the tiles back: the thread's state is small again.
  void release(Assembler asm);

  void zero(Assembler asm, Tile tile);

  /// Rows of a tile that lie in a matrix.
  ///
  /// @param base where the first one is; `displacement` bytes behind it
  /// @param stride bytes from row to row
  /// @param scratch a register that may be changed
  record Rows(Gp base, int displacement, Gp stride, Gp scratch) {}

  void load(Assembler asm, Tile tile, Rows rows);

  void store(Assembler asm, Rows rows, Tile tile);

  void load(Assembler asm, Tile tile, Gp image, int displacement);

  /// As `load`, of what will not be loaded again soon: it need not take the place of other tiles in
  /// the first-level cache.
  void loadOnce(Assembler asm, Tile tile, Gp image, int displacement);

  void store(Assembler asm, Gp image, int displacement, Tile tile);

  /// `sum[m][n] += Σ a[m][2k] · b[k][2n] + a[m][2k+1] · b[k][2n+1]` of bf16 numbers.
  void multiply(Assembler asm, Tile sum, Tile a, Tile b);

  /// `sum[m][n] += Σ a[m][4k + i] · b[k][4n + i]` of signed bytes.
  ///
  /// @param columns that the tiles are configured for
  void multiplyBytes(Assembler asm, Tile sum, Tile a, Tile b, int columns);
}
