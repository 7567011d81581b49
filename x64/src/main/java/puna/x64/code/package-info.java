/// Executable and plain memory of the system, and routines: machine code that is written by an
/// emitter, made executable and called with one pointer.
@NullMarked
package puna.x64.code;

import org.jspecify.annotations.NullMarked;
