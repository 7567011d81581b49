package puna.x64.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Activations in two planes of bytes, token after token, with room for the arguments of every
/// token's conversion.
final class PlanesPanel implements TokenPanel {
  private static final long ALIGNMENT = 64;

  private final MemorySegment data;
  private final MemorySegment arguments;
  private final long capacityBytes;
  private final int capacityTokens;
  private int tokens;
  private int columns;

  PlanesPanel(int tokens, int columns) {
    // The collector frees it with the panel: panels are few and live as long as the back end.
    Arena arena = Arena.ofAuto();
    capacityBytes = Math.multiplyExact(tokens, TokenPlanes.tokenBytes(columns));
    capacityTokens = tokens;
    data = arena.allocate(capacityBytes, ALIGNMENT);
    arguments = arena.allocate(tokens * QuantizeTokens.ARGUMENTS.byteSize(), ALIGNMENT);
    use(tokens, columns);
  }

  boolean hasRoomFor(int otherTokens, int otherColumns) {
    return otherTokens <= capacityTokens
        && otherTokens * TokenPlanes.tokenBytes(otherColumns) <= capacityBytes;
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

  @Override
  public long address() {
    return data.address();
  }

  @Override
  public long tokenBytes() {
    return TokenPlanes.tokenBytes(columns);
  }

  /// Where the arguments of one token's conversion go.
  MemorySegment arguments() {
    return arguments;
  }
}
