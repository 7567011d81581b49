/// GGUF files: read by place, validated, never trusted.
@NullMarked
package puna.gguf;

import org.jspecify.annotations.NullMarked;
