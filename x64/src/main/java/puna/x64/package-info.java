/// Machine code for x86-64, emitted from Java: an assembler, executable memory, and the tier of
/// kernels made with them.
@NullMarked
package puna.x64;

import org.jspecify.annotations.NullMarked;
