package puna.x64.panel;

import puna.backend.cpu.Panel;

/// Activations as a product reads them: token after token, the same distance apart.
public interface TokenPanel extends Panel {
  /// Where the first token begins.
  long address();

  /// Bytes from one token to the next.
  long tokenBytes();
}
