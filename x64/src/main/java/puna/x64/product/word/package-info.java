/// Products of many tokens in words of 16 bits, for processors without AVX-512: weights are
/// unpacked a piece at a time and meet all tokens before the next piece does.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.x64.product.word;

import org.jspecify.annotations.NullMarked;
