/// The block formats of quantized tensors: byte layout, reference decode and encode.
@NullMarked
package puna.quant;

import org.jspecify.annotations.NullMarked;
