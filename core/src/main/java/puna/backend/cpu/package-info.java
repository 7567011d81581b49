/// The CPU back end: workers, packed matrices, and the table of kernels.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.backend.cpu;

import org.jspecify.annotations.NullMarked;
