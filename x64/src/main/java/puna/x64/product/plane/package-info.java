/// Products of packed weights by activations in planes of bytes, exact in their sums: in vectors
/// (AVX2, VNNI) for a few tokens, in tiles of integers for more.
///
/// It sees panels and tiles, and of products what they share.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.x64.product.plane;

import org.jspecify.annotations.NullMarked;
