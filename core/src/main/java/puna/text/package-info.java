/// Text from files that need not be what it says it is.
@NullMarked
package puna.text;

import org.jspecify.annotations.NullMarked;
