/// The assembler: it turns instructions into bytes and nothing else.
@NullMarked
package puna.x64.asm;

import org.jspecify.annotations.NullMarked;
