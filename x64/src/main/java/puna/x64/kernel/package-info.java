/// What the tier offers: the kernels of every type of weights, and the loops that are no products.
///
/// It picks routines for the tier and the step, and sees all that makes them; only the entrance of
/// the module sees it.
@NullMarked
package puna.x64.kernel;

import org.jspecify.annotations.NullMarked;
