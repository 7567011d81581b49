package puna.backend;

/// A back end that takes nothing in and computes nothing: it adds up the native memory that another
/// would take for what it is given to load and asked to make. Its handles are good for nothing
/// else.
public interface BackendPlan extends Backend {
  /// Bytes of weights as they will lie packed. Those that stay in a mapped file are none.
  long weightBytes();

  /// Bytes of weights that stay in a mapped file.
  long mappedBytes();

  /// Bytes of all activations.
  long activationBytes();

  /// Bytes of all caches once full.
  long cacheBytes();

  /// Bytes of what steps need besides, once each kind of step has run: activations as kernels want
  /// them, and the workers' own memory.
  long scratchBytes();
}
