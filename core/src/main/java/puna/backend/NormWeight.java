package puna.backend;

/// The gains of an RMSNorm as the back end holds them.
public interface NormWeight {
  int width();
}
