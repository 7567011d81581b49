/// The chain of sampler steps at work: from logits to the next token.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.sample.chain;

import org.jspecify.annotations.NullMarked;
