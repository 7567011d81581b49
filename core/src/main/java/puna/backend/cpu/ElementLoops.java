package puna.backend.cpu;

import java.lang.foreign.MemorySegment;

/// The loops over a step's tokens that are no matrix products, split over the workers by token.
///
/// What a loop works on is kept in fields, so that no dispatch allocates; one loop at a time.
final class ElementLoops {
  /// Fewer values than this are not worth waking a worker for.
  private static final long WORTH_SPLITTING = 1 << 14;

  private final WorkerPool pool;
  private final FloatKernels kernels;
  private final WorkerPool.Task rmsNorm = this::rmsNormToken;
  private final WorkerPool.Task rope = this::ropeToken;
  private final WorkerPool.Task swiglu = this::swigluToken;
  private final WorkerPool.Task add = this::addToken;
  private FloatMatrix out = FloatMatrix.none();
  private FloatMatrix x = FloatMatrix.none();
  private FloatKernels.Norm norm = new FloatKernels.Norm(MemorySegment.NULL, 0);
  private int headSize;
  private FloatKernels.Rotation rotation = FloatKernels.Rotation.none();

  ElementLoops(WorkerPool pool, FloatKernels kernels) {
    this.pool = pool;
    this.kernels = kernels;
  }

  void rmsNorm(FloatMatrix target, FloatMatrix source, FloatKernels.Norm weight) {
    out = target;
    x = source;
    norm = weight;
    run(source, rmsNorm);
  }

  private void rmsNormToken(int token, WorkerScratch scratch) {
    kernels.rmsNorm(out, x, token, norm, scratch);
  }

  void rope(FloatMatrix target, int size, FloatKernels.Rotation angles) {
    x = target;
    headSize = size;
    rotation = angles;
    run(target, rope);
  }

  private void ropeToken(int token, WorkerScratch scratch) {
    kernels.rope(x, token, headSize, rotation, scratch);
  }

  void swiglu(FloatMatrix gate, FloatMatrix up) {
    out = gate;
    x = up;
    run(gate, swiglu);
  }

  private void swigluToken(int token, WorkerScratch scratch) {
    kernels.swiglu(out, x, token, scratch);
  }

  void add(FloatMatrix target, FloatMatrix delta) {
    out = target;
    x = delta;
    run(target, add);
  }

  private void addToken(int token, WorkerScratch scratch) {
    kernels.add(out, x, token, scratch);
  }

  private void run(FloatMatrix matrix, WorkerPool.Task loop) {
    if ((long) matrix.tokens() * matrix.width() < WORTH_SPLITTING) {
      for (int token = 0; token < matrix.tokens(); token++) {
        loop.run(token, pool.scratch());
      }
    } else {
      pool.run(matrix.tokens(), loop);
    }
  }
}
