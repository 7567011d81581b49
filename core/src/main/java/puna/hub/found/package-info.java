/// Models that other programs have put on this machine: read where they lie, never changed.
@NullMarked
package puna.hub.found;

import org.jspecify.annotations.NullMarked;
