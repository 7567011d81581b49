/// What a model needs of a device: the seam between the decoder and the machine.
@NullMarked
package puna.backend;

import org.jspecify.annotations.NullMarked;
