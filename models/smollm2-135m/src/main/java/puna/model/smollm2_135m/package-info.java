/// The embedded model's artifact.
@NullMarked
package puna.model.smollm2_135m;

import org.jspecify.annotations.NullMarked;
