/// Kernels on the Vector API. The only package that names jdk.incubator.vector.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.vector;

import org.jspecify.annotations.NullMarked;
