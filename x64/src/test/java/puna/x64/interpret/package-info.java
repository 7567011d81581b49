/// An interpreter of machine code, to see what the kernels compute where the processor lacks their
/// instructions.
@NullMarked
package puna.x64.interpret;

import org.jspecify.annotations.NullMarked;
