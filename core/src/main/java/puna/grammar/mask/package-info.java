/// The tokens that keep to a grammar: an automaton's state times the trie of a vocabulary's bytes.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.grammar.mask;

import org.jspecify.annotations.NullMarked;
