/// Conversations to prompts, in the formats of the family.
@NullMarked
package puna.chat.format;

import org.jspecify.annotations.NullMarked;
