/// What the environment says to the tier of machine code.
@NullMarked
package puna.x64.settings;

import org.jspecify.annotations.NullMarked;
