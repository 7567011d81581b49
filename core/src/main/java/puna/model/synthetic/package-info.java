/// Models that nobody trained: the published shapes of the family, filled with random weights, for
/// measurements and tests.
@NullMarked
package puna.model.synthetic;

import org.jspecify.annotations.NullMarked;
