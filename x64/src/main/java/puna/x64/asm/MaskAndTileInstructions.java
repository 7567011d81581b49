package puna.x64.asm;

/// The instructions that fill and read mask registers, and those of AMX.
abstract sealed class MaskAndTileInstructions extends GeneralInstructions permits Assembler {
  /// `kmovw k, r32`.
  public void kmovw(Mask target, Gp source) {
    kmov(target.number(), source.number(), 0, 0, 0x92);
  }

  /// `kmovw r32, k`.
  public void kmovw(Gp target, Mask source) {
    kmov(target.number(), source.number(), 0, 0, 0x93);
  }

  /// `kmovd k, r32`.
  public void kmovd(Mask target, Gp source) {
    kmov(target.number(), source.number(), 3, 0, 0x92);
  }

  /// `kmovq k, r64`.
  public void kmovq(Mask target, Gp source) {
    kmov(target.number(), source.number(), 3, 1, 0x92);
  }

  private void kmov(int reg, int rm, int prefixBits, int w, int opcode) {
    prefixes.vex(reg, 0, rm, new PrefixEncoder.Vex(1, prefixBits, w, 0));
    code.emit(opcode);
    addresses.register(reg, rm);
  }

  /// `kmovw k, m16`.
  public void kmovw(Mask target, Mem source) {
    kmovFromMemory(target, source, 0, 0);
  }

  /// `kmovd k, m32`.
  public void kmovd(Mask target, Mem source) {
    kmovFromMemory(target, source, 1, 1);
  }

  /// `kmovq k, m64`.
  public void kmovq(Mask target, Mem source) {
    kmovFromMemory(target, source, 0, 1);
  }

  private void kmovFromMemory(Mask target, Mem source, int prefixBits, int w) {
    prefixes.vexMemory(target.number(), source, new PrefixEncoder.Vex(1, prefixBits, w, 0));
    code.emit(0x90);
    addresses.memory(target.number(), source, 1, 0);
  }

  public void ldtilecfg(Mem configuration) {
    prefixes.vexMemory(0, configuration, new PrefixEncoder.Vex(2, 0, 0, 0));
    code.emit(0x49);
    addresses.memory(0, configuration, 1, 0);
  }

  public void tilerelease() {
    code.emit(new byte[] {(byte) 0xC4, (byte) 0xE2, 0x78, 0x49, (byte) 0xC0});
  }

  public void tilezero(Tile tile) {
    code.emit(new byte[] {(byte) 0xC4, (byte) 0xE2, 0x7B, 0x49});
    code.emit(0xC0 | tile.number() << 3);
  }

  /// Loads rows from `base`, one every `index` bytes.
  public void tileloadd(Tile tile, Mem rows) {
    tileMemory(tile, rows, 3);
  }

  /// `tileloadd` of what will not be wanted again before it has left the first-level cache.
  public void tileloaddt1(Tile tile, Mem rows) {
    tileMemory(tile, rows, 1);
  }

  public void tilestored(Mem rows, Tile tile) {
    tileMemory(tile, rows, 2);
  }

  private void tileMemory(Tile tile, Mem rows, int prefixBits) {
    if (rows.index() == null) {
      throw new IllegalArgumentException("a tile needs its row stride in the index register");
    }
    prefixes.vexMemory(tile.number(), rows, new PrefixEncoder.Vex(2, prefixBits, 0, 0));
    code.emit(0x4B);
    addresses.memory(tile.number(), rows, 1, 0);
  }

  /// `sum[m][n] += a[m][2k] · b[k][2n] + a[m][2k+1] · b[k][2n+1]` in bf16.
  public void tdpbf16ps(Tile sum, Tile a, Tile b) {
    tileProduct(sum, a, b, 2, 0x5C);
  }

  /// Signed bytes of `a` times signed bytes of `b`.
  public void tdpbssd(Tile sum, Tile a, Tile b) {
    tileProduct(sum, a, b, 3, 0x5E);
  }

  /// Signed bytes of `a` times unsigned bytes of `b`.
  public void tdpbsud(Tile sum, Tile a, Tile b) {
    tileProduct(sum, a, b, 2, 0x5E);
  }

  private void tileProduct(Tile sum, Tile a, Tile b, int prefixBits, int opcode) {
    if (sum.equals(a) || sum.equals(b) || a.equals(b)) {
      throw new IllegalArgumentException("a product needs three different tiles");
    }
    prefixes.vex(sum.number(), b.number(), a.number(), new PrefixEncoder.Vex(2, prefixBits, 0, 0));
    code.emit(opcode);
    addresses.register(sum.number(), a.number());
  }
}
