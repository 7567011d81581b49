/// Weights in the order in which the kernels read them: rows side by side in the lanes of a vector.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.x64.pack;

import org.jspecify.annotations.NullMarked;
