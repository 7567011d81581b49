/// Kernels on the Vector API. The only package that names jdk.incubator.vector.
@NullMarked
package puna.vector;

import org.jspecify.annotations.NullMarked;
