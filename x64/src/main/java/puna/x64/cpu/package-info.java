/// What the processor can do, and the tiers of kernels that follow from it.
@NullMarked
package puna.x64.cpu;

import org.jspecify.annotations.NullMarked;
