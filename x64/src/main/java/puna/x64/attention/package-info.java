/// Attention over the key-value cache: narrow, a token at a time against all its keys, and wide,
/// many tokens whose scores and mixed values are products of small matrices, in vectors or tiles.
///
/// It sees rows and tiles; it shares nothing with the products of weights.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.x64.attention;

import org.jspecify.annotations.NullMarked;
