/// JSON Schema (draft 2020-12) as grammars: schemas to formulas, formulas to clauses, clauses to
/// rules.
@NullMarked
package puna.grammar.schema;

import org.jspecify.annotations.NullMarked;
