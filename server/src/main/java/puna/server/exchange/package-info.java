/// The seam between Puna's routes and the web server that they are mounted into.
@NullMarked
package puna.server.exchange;

import org.jspecify.annotations.NullMarked;
