/// The two tokenizer models of the family, byte pairs and SentencePiece.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.token.model;

import org.jspecify.annotations.NullMarked;
