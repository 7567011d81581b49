/// The model SmolLM2 135M Instruct. A module that requires `puna` has it as soon as it is on the
/// module path, or linked into a runtime image: it is bound as a service.
module puna.model.smollm2_135m {
  requires puna;
  requires static org.jspecify;

  provides puna.hub.ModelArtifact with
      puna.model.smollm2_135m.SmolLm2;
}
