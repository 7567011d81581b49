/// From logits to the next token.
@NullMarked
package puna.sample;

import org.jspecify.annotations.NullMarked;
