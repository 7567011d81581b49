/// Tool calls in the text of models: how they are written, read as they stream, and bound by
/// grammars.
@NullMarked
package puna.chat.tools;

import org.jspecify.annotations.NullMarked;
