/// Grammars compiled to pushdown automata over bytes, which read all ways at once, and what JSON
/// asks beyond them.
///
/// Its words are explained in `docs/glossary.md`.
@NullMarked
package puna.grammar.automaton;

import org.jspecify.annotations.NullMarked;
