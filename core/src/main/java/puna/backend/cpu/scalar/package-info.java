/// Plain Java kernels, written to be read: the oracle of every faster one.
@NullMarked
package puna.backend.cpu.scalar;

import org.jspecify.annotations.NullMarked;
