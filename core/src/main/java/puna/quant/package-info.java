/// The block formats of quantized tensors: byte layout, reference decode and encode.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.quant;

import org.jspecify.annotations.NullMarked;
