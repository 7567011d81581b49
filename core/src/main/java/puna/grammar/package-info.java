/// What an answer may be, as rules: GBNF and regular expressions, read to grammars and written out
/// again.
@NullMarked
package puna.grammar;

import org.jspecify.annotations.NullMarked;
