/// The CPU back end: workers, packed matrices, and the table of kernels.
@NullMarked
package puna.backend.cpu;

import org.jspecify.annotations.NullMarked;
