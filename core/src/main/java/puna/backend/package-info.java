/// What a model needs of a device: the seam between the decoder and the machine.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.backend;

import org.jspecify.annotations.NullMarked;
