/// What products of weights by activations share: their arguments, the packing of weights in row
/// groups and the unpacking to registers; and the product in float32.
///
/// It sees the packed formats. The products in planes and in tiles are packages below, which see
/// this one and not each other.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.x64.product;

import org.jspecify.annotations.NullMarked;
