/// The Llama decoder: configuration, weights, forward pass.
@NullMarked
package puna.model;

import org.jspecify.annotations.NullMarked;
