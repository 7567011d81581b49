/// The server's own description of its routes.
@NullMarked
package puna.server.describe;

import org.jspecify.annotations.NullMarked;
