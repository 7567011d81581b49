/// What an answer may be: GBNF, JSON Schema and regular expressions, and the tokens that keep to
/// them.
@NullMarked
package puna.grammar;

import org.jspecify.annotations.NullMarked;
