/// Products of many tokens in tiles of bf16: weights are unpacked to right-hand tiles, multiplied
/// by a panel of left-hand ones, and the sums are parked until the last piece of the depth.
///
/// It sees rows, panels and tiles, and of products what they share.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.x64.product.tile;

import org.jspecify.annotations.NullMarked;
