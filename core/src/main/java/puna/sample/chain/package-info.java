/// The chain of sampler steps at work: from logits to the next token.
@NullMarked
package puna.sample.chain;

import org.jspecify.annotations.NullMarked;
