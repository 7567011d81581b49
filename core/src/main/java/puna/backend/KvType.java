package puna.backend;

/// The number format of cached keys and values.
public enum KvType {
  F16(2),
  F32(4);

  private final int bytes;

  KvType(int bytes) {
    this.bytes = bytes;
  }

  /// Bytes a value.
  public int bytes() {
    return bytes;
  }
}
