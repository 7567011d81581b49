/// Python's values, as templates know them: what they are, how they print, compare and count, and
/// what their operators and formats do.
@NullMarked
package puna.chat.template.python;

import org.jspecify.annotations.NullMarked;
