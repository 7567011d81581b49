/// The two tokenizer models of the family, byte pairs and SentencePiece, and the readers of their
/// files.
@NullMarked
package puna.token.model;

import org.jspecify.annotations.NullMarked;
