/// GGUF files: mapped, validated, never trusted.
@NullMarked
package puna.gguf;

import org.jspecify.annotations.NullMarked;
