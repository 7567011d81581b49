package puna.x64.pack;

/// Reads super-blocks of 256 columns.
abstract class ByteSuperReader extends ByteReader {
  /// Units a super-block.
  static final int SUPER = PackedLayout.UNITS_PER_SUPER;

  private final int blockBytes;

  ByteSuperReader(int blockBytes) {
    this.blockBytes = blockBytes;
  }

  @Override
  final void read(byte[] row, int units, ByteRow out) {
    for (int u = 0; u < units; u += SUPER) {
      block(row, u / SUPER * blockBytes, u, out);
    }
  }

  /// Reads the block at byte `at` as units `unit … unit + 7`.
  abstract void block(byte[] row, int at, int unit, ByteRow out);
}
