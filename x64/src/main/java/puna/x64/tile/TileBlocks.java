package puna.x64.tile;

import java.util.function.IntConsumer;
import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Tile;

/// What products in tiles have in common: up to 2 × 2 tiles of sums, with two left-hand and two
/// right-hand tiles.
///
/// @param rows left-hand tiles of a block, 1 or 2
/// @param columns right-hand tiles of it, 1 or 2
public record TileBlocks(int rows, int columns) {
  /// What is done with a tile of sums.
  public interface Action {
    void emit(int row, int column, Tile sum);
  }

  /// Runs `body` for two at a time, and for a last one, counting the register down.
  public static void byTwos(Assembler asm, Gp counter, IntConsumer body) {
    Label two = new Label();
    Label one = new Label();
    Label end = new Label();
    asm.sub(counter, 2);
    asm.jump(Condition.LESS, one);
    asm.bind(two);
    body.accept(2);
    asm.sub(counter, 2);
    asm.jump(Condition.GREATER_OR_EQUAL, two);
    asm.bind(one);
    asm.add(counter, 2);
    asm.jump(Condition.EQUAL, end);
    body.accept(1);
    asm.bind(end);
  }

  public void forEachSum(Action action) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        action.emit(row, column, sum(row, column));
      }
    }
  }

  /// Sums begin at zero where the register is 0, and are loaded elsewhere.
  public void begin(Assembler asm, Tiles tiles, Gp resume, Action load) {
    Label parked = new Label();
    Label ready = new Label();
    asm.test(resume, resume);
    asm.jump(Condition.NOT_EQUAL, parked);
    forEachSum((row, column, sum) -> tiles.zero(asm, sum));
    asm.jmp(ready);
    asm.bind(parked);
    forEachSum(load);
    asm.bind(ready);
  }

  public static Tile sum(int row, int column) {
    return Tile.tmm(2 * row + column);
  }

  /// The left-hand tile of a row.
  public static Tile a(int row) {
    return Tile.tmm(4 + row);
  }

  /// The right-hand tile of a column.
  public static Tile b(int column) {
    return Tile.tmm(6 + column);
  }
}
