/// Options that were set, by name: what all options types of the API are made of.
@NullMarked
package puna.options;

import org.jspecify.annotations.NullMarked;
