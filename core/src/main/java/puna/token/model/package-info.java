/// The two tokenizer models of the family, byte pairs and SentencePiece.
@NullMarked
package puna.token.model;

import org.jspecify.annotations.NullMarked;
