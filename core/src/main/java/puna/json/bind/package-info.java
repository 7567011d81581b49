/// Java records and their relatives as JSON: their schema, their values read and written.
@NullMarked
package puna.json.bind;

import org.jspecify.annotations.NullMarked;
