/// Activations as products read them, panels: as they are, in planes of bytes, in words, in tiles
/// of bytes or of bf16; and the routines that convert tokens to them.
///
/// It sees rows and tiles, and of weights only the size of a unit; products read panels, not the
/// other way round.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.x64.panel;

import org.jspecify.annotations.NullMarked;
