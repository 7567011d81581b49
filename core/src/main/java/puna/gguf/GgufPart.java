package puna.gguf;

import java.util.List;
import java.util.Map;
import puna.tensor.Metadata;
import puna.tensor.Tensor;

/// What one file holds: a whole model, or a part of a split one.
///
/// @param types of the metadata values, of arrays that of their elements
record GgufPart(
    int version,
    int alignment,
    Metadata metadata,
    Map<String, MetadataType> types,
    List<Tensor> tensors) {}
