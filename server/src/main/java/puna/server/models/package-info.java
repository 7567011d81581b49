/// The models that a server offers: loaded when they are asked for, and evicted when memory is
/// short.
@NullMarked
package puna.server.models;

import org.jspecify.annotations.NullMarked;
