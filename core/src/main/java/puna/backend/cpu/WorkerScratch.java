package puna.backend.cpu;

/// Memory that one worker owns, grown on demand and kept, so that kernels allocate nothing once
/// warm.
public final class WorkerScratch {
  private float[] floats = new float[0];
  private float[] moreFloats = new float[0];

  /// At least `size` floats, contents undefined.
  public float[] floats(int size) {
    if (floats.length < size) {
      floats = new float[size];
    }
    return floats;
  }

  /// A second array, distinct from `floats`.
  public float[] moreFloats(int size) {
    if (moreFloats.length < size) {
      moreFloats = new float[size];
    }
    return moreFloats;
  }
}
