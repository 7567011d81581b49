package puna.model.smollm2_135m;

import puna.hub.ModelArtifact;

/// Names this artifact to the module system; the model lies among its resources.
public final class SmolLm2 implements ModelArtifact {
  /// For `ServiceLoader`.
  public SmolLm2() {}
}
