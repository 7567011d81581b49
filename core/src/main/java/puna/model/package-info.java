/// The Llama decoder: configuration, weights, forward pass.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.model;

import org.jspecify.annotations.NullMarked;
