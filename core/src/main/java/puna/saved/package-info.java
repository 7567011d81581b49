/// Blocks of a KV cache in files: their format, and the names that tie them to a model.
@NullMarked
package puna.saved;

import org.jspecify.annotations.NullMarked;
