package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import puna.backend.AttentionTemperature;
import puna.backend.Batch;

/// What some layers of Llama 4 do to the heads of queries and keys, token by token. It is little
/// beside their products, so that every tier has it from here.
final class HeadLoops {
  private final WorkerPool pool;
  private final WorkerPool.Task normalize = this::normalizeToken;
  private FloatMatrix x = FloatMatrix.none();
  private int headSize;
  private float epsilon;

  HeadLoops(WorkerPool pool) {
    this.pool = pool;
  }

  /// Every head divided by the root of its mean square.
  void normalize(FloatMatrix heads, int size, float inside) {
    x = heads;
    headSize = size;
    epsilon = inside;
    pool.run(heads.tokens(), normalize);
  }

  private void normalizeToken(int token, WorkerScratch scratch) {
    MemorySegment data = x.data();
    long end = x.offset(token + 1);
    long headBytes = (long) headSize * Float.BYTES;
    for (long head = x.offset(token); head < end; head += headBytes) {
      double squares = 0;
      for (long at = head; at < head + headBytes; at += Float.BYTES) {
        float value = data.get(ValueLayout.JAVA_FLOAT, at);
        squares += (double) value * value;
      }
      multiply(data, head, headSize, (float) (1 / Math.sqrt(squares / headSize + epsilon)));
    }
  }

  /// Each token multiplied by the factor of its position.
  void temper(FloatMatrix queries, AttentionTemperature temperature, Batch batch) {
    for (int token = 0; token < queries.tokens(); token++) {
      float factor = temperature.at(batch.position(token));
      if (factor != 1) {
        multiply(queries.data(), queries.offset(token), queries.width(), factor);
      }
    }
  }

  private static void multiply(MemorySegment data, long from, int count, float factor) {
    long end = from + (long) count * Float.BYTES;
    for (long at = from; at < end; at += Float.BYTES) {
      data.set(ValueLayout.JAVA_FLOAT, at, data.get(ValueLayout.JAVA_FLOAT, at) * factor);
    }
  }
}
