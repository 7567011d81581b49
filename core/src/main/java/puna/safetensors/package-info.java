/// Files in the safetensors format: a header of JSON that names arrays, and their bytes.
@NullMarked
package puna.safetensors;

import org.jspecify.annotations.NullMarked;
