/// The vocabulary of model files: types, shapes, tensors and metadata. Nothing here computes.
@NullMarked
package puna.tensor;

import org.jspecify.annotations.NullMarked;
