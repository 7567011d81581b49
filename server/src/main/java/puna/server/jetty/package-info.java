/// The web server that `puna serve` runs.
@NullMarked
package puna.server.jetty;

import org.jspecify.annotations.NullMarked;
