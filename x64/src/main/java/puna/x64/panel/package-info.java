/// Activations as products read them, panels: as they are, in planes of bytes, in tiles of those or
/// of bf16; and the routines that convert tokens to them.
///
/// It sees rows and tiles, and of weights only the size of a unit; products read panels, not the
/// other way round.
@NullMarked
package puna.x64.panel;

import org.jspecify.annotations.NullMarked;
