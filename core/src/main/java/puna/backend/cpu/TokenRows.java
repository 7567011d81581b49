package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import puna.backend.Batch;
import puna.backend.Routing;

/// Some tokens' rows copied to others, or added to them: those that are wanted, and those that are
/// sent to an expert.
final class TokenRows {
  private float[] logits = {};

  /// `out[i] ← x[subset.token(i)]`.
  static void gather(FloatMatrix out, FloatMatrix x, Batch.Subset subset) {
    out.resize(subset.count());
    long bytes = x.offset(1);
    for (int i = 0; i < subset.count(); i++) {
      MemorySegment.copy(x.data(), x.offset(subset.token(i)), out.data(), out.offset(i), bytes);
    }
  }

  /// Chooses each token's experts.
  void route(Routing routing, FloatMatrix x) {
    if (logits.length != routing.experts()) {
      logits = new float[routing.experts()];
    }
    routing.clear();
    for (int token = 0; token < x.tokens(); token++) {
      MemorySegment.copy(
          x.data(), ValueLayout.JAVA_FLOAT, x.offset(token), logits, 0, logits.length);
      routing.add(logits);
    }
    routing.group();
  }

  /// `out[i] ← before(i) · x[group.token(i)]`.
  static void gather(FloatMatrix out, FloatMatrix x, Routing.Group group) {
    out.resize(group.count());
    for (int i = 0; i < group.count(); i++) {
      float weight = group.before(i);
      long from = x.offset(group.token(i));
      long to = out.offset(i);
      for (int column = 0; column < x.width(); column++) {
        long at = (long) column * Float.BYTES;
        float value = x.data().get(ValueLayout.JAVA_FLOAT, from + at);
        out.data().set(ValueLayout.JAVA_FLOAT, to + at, weight * value);
      }
    }
  }

  /// `x[group.token(i)] ← x[group.token(i)] + after(i) · delta[i]`.
  static void scatter(FloatMatrix x, FloatMatrix delta, Routing.Group group) {
    for (int i = 0; i < group.count(); i++) {
      float weight = group.after(i);
      long from = delta.offset(i);
      long to = x.offset(group.token(i));
      for (int column = 0; column < x.width(); column++) {
        long at = (long) column * Float.BYTES;
        float sum =
            x.data().get(ValueLayout.JAVA_FLOAT, to + at)
                + weight * delta.data().get(ValueLayout.JAVA_FLOAT, from + at);
        x.data().set(ValueLayout.JAVA_FLOAT, to + at, sum);
      }
    }
  }
}
