/// Tokenizers from the files that models come with, and from files told in GGUF's keys.
@NullMarked
package puna.token.file;

import org.jspecify.annotations.NullMarked;
