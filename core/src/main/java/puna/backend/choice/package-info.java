/// The choice of a back end: above all of them.
@NullMarked
package puna.backend.choice;

import org.jspecify.annotations.NullMarked;
