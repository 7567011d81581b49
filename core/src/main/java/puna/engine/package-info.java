/// Sequences, batches and the loop: schedule, forward, sample, emit.
@NullMarked
package puna.engine;

import org.jspecify.annotations.NullMarked;
