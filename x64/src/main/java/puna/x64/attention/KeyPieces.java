package puna.x64.attention;

import puna.backend.KvType;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.row.Lanes;

/// How a vector's worth of a key, or of a value, becomes float32.
enum KeyPieces {
  /// Stored as f16.
  HALVES(KvType.F16) {
    @Override
    int bytes(Lanes lanes) {
      return lanes.bytes() / 2;
    }

    @Override
    void load(Lanes lanes, Vec target, Mem source) {
      lanes.asm().emit(VectorOp.VCVTPH2PS, target, source);
    }
  },
  /// Stored as float32.
  FLOATS(KvType.F32) {
    @Override
    int bytes(Lanes lanes) {
      return lanes.bytes();
    }

    @Override
    void load(Lanes lanes, Vec target, Mem source) {
      lanes.load(target, source);
    }
  };

  private final KvType type;

  KeyPieces(KvType type) {
    this.type = type;
  }

  /// The cache that is stored so.
  KvType type() {
    return type;
  }

  /// That a vector's worth takes in the cache.
  abstract int bytes(Lanes lanes);

  abstract void load(Lanes lanes, Vec target, Mem source);
}
