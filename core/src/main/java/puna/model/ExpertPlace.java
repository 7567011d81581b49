package puna.model;

/// Where the matrices of experts are while a model works.
public enum ExpertPlace {
  /// In memory, packed like all other matrices.
  PACKED,
  /// In the mapped file, as it has them: what is used is read through the system's cache.
  FILE
}
