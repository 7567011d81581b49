/// JSON text as immutable values, and back.
@NullMarked
package puna.json;

import org.jspecify.annotations.NullMarked;
