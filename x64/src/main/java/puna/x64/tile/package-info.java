/// The tiles of a matrix unit: the processor's own (AMX), or emulated in memory, and blocks of them
/// that products have in common.
///
/// It sees the assembler alone; what is multiplied in tiles is elsewhere.
@NullMarked
package puna.x64.tile;

import org.jspecify.annotations.NullMarked;
