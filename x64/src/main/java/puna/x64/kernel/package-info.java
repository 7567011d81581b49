/// The kernels of the x64 tier, as emitted machine code.
@NullMarked
package puna.x64.kernel;

import org.jspecify.annotations.NullMarked;
