package puna.backend;

/// A buffer of `tokens × width` float32 values on the device. The number of tokens in use changes
/// from step to step.
public interface Activations {
  int width();

  /// Tokens that the buffer has room for.
  int capacity();

  /// Tokens in use, at most `capacity()`.
  int tokens();

  /// Sets the tokens in use; their contents are undefined until written.
  void resize(int tokens);
}
