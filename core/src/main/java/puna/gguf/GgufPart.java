package puna.gguf;

import java.util.List;
import puna.tensor.Metadata;
import puna.tensor.Tensor;

/// What one file holds: a whole model, or a part of a split one.
record GgufPart(int version, int alignment, Metadata metadata, List<Tensor> tensors) {}
