package puna.hub;

/// A model that comes as an artifact, on the module path: what binds its module to `puna`, so that
/// whoever requires `puna` has its resources.
///
/// There is nothing to call. What the model is stands in its `model.properties`, which is found
/// from the class path too, where there are no modules to bind.
public interface ModelArtifact {}
