/// What can go wrong: one [PunaException] above all kinds.
@NullMarked
package puna.error;

import org.jspecify.annotations.NullMarked;
