package puna.x64.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import puna.backend.cpu.Panel;

/// Activations as left-hand tiles of bf16: for 16 tokens after another, tile after tile of 32
/// columns. Rows behind the last token hold anything: they give results that nobody reads.
final class TilePanel implements Panel {
  private static final long ALIGNMENT = 64;

  private final MemorySegment data;
  private final MemorySegment arguments;
  private final int capacityTokens;
  private int tokens;
  private int columns;

  TilePanel(int tokens, int columns) {
    // The collector frees it with the panel: panels are few and live as long as the back end.
    Arena arena = Arena.ofAuto();
    data = arena.allocate(bytes(tokens, columns), ALIGNMENT);
    arguments = arena.allocate(tokens * TileTokens.ARGUMENTS.byteSize(), ALIGNMENT);
    capacityTokens = tokens;
    use(tokens, columns);
  }

  private static long bytes(int tokens, int columns) {
    long tiles = (long) Math.ceilDiv(tokens, Tiles.ROWS) * Math.ceilDiv(columns, Tiles.DEPTH);
    return Math.multiplyExact(tiles, (long) Tiles.BYTES);
  }

  boolean hasRoomFor(int otherTokens, int otherColumns) {
    return otherTokens <= capacityTokens && bytes(otherTokens, otherColumns) <= data.byteSize();
  }

  void use(int newTokens, int newColumns) {
    tokens = newTokens;
    columns = newColumns;
  }

  @Override
  public int tokens() {
    return tokens;
  }

  @Override
  public int columns() {
    return columns;
  }

  /// Tiles of 16 tokens, the last perhaps with fewer.
  int tokenTiles() {
    return Math.ceilDiv(tokens, Tiles.ROWS);
  }

  /// Bytes from the tiles of 16 tokens to those of the next 16.
  long tileStride() {
    return (long) Math.ceilDiv(columns, Tiles.DEPTH) * Tiles.BYTES;
  }

  /// Where the tile of 16 tokens and 32 columns is.
  long address(int tokenTile, int unit) {
    return data.address() + tokenTile * tileStride() + (long) unit * Tiles.BYTES;
  }

  /// Where the arguments of one token's conversion go.
  MemorySegment arguments() {
    return arguments;
  }
}
