package puna.backend;

/// The keys and values of one layer.
public interface KvLayer {
  KvShape shape();
}
