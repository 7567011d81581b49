/// Model files, whatever their format: the seam between a path and a model's parts.
@NullMarked
package puna.format;

import org.jspecify.annotations.NullMarked;
