/// Benchmarks: JMH for kernels, programs for everything larger.
@NullMarked
package puna.bench;

import org.jspecify.annotations.NullMarked;
