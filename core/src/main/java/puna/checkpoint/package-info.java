/// Checkpoints that are no GGUF files, told in GGUF's words: its keys, its names of tensors, its
/// order of rows. Nothing is converted: tensors are gathered from the files when they are read.
@NullMarked
package puna.checkpoint;

import org.jspecify.annotations.NullMarked;
