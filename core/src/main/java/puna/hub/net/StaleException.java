package puna.hub.net;

/// The content changed while it was fetched: its pieces do not belong together.
final class StaleException extends Exception {
  private static final long serialVersionUID = 1L;
}
