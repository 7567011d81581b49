package puna.backend;

/// A weight matrix as the back end holds it: `rows` outputs by `columns` inputs.
public interface Matrix {
  int rows();

  int columns();

  /// This matrix with the place its product goes to: `backend.project(x, wq.into(q), wk.into(k))`.
  default Projection into(Activations out) {
    return new Projection(this, out, Projection.Precision.FAST);
  }

  /// As `into`, but no less exact for many tokens than for one.
  default Projection exactlyInto(Activations out) {
    return new Projection(this, out, Projection.Precision.EXACT);
  }
}
