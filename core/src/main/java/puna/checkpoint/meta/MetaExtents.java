package puna.checkpoint.meta;

/// What the tensors of a checkpoint tell of its model.
///
/// @param vocabulary rows of the embedding
/// @param feedForward hidden width of the dense layers; 0 where there are none
/// @param expert hidden width of an expert; 0 where there are none
record MetaExtents(long vocabulary, long feedForward, long expert) {}
