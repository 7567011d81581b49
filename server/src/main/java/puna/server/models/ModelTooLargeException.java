package puna.server.models;

/// A model needs more memory than all models may take together, so that waiting is of no use.
public final class ModelTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ModelTooLargeException(String id, long bytes, long most) {
    super(
        "%s takes %s bytes, and all models together may take %s: it cannot be served with these settings"
            .formatted(id, bytes, most));
  }
}
