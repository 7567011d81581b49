/// Models of any format written as GGUF files.
@NullMarked
package puna.convert;

import org.jspecify.annotations.NullMarked;
