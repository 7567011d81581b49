/// Models in the files of llama2.c: weights in one file without a directory, whose order and sizes
/// follow from seven numbers.
@NullMarked
package puna.checkpoint.llama2c;

import org.jspecify.annotations.NullMarked;
