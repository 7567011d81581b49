package puna.backend.cpu;

/// Activations as a `PanelLayout` prepared them: reused from dispatch to dispatch, owned by the
/// back end.
public interface Panel {
  int tokens();

  int columns();
}
