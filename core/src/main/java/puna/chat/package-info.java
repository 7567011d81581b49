/// Messages to prompts, in the formats of the Llama family.
@NullMarked
package puna.chat;

import org.jspecify.annotations.NullMarked;
