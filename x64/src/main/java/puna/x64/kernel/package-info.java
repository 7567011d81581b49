/// One emitter a kernel, and the kernels made of them.
@NullMarked
package puna.x64.kernel;

import org.jspecify.annotations.NullMarked;
