/// Sequences, batches and the loop: schedule, forward, sample, emit.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.engine;

import org.jspecify.annotations.NullMarked;
