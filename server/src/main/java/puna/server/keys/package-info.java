/// The keys that callers of a server show.
@NullMarked
package puna.server.keys;

import org.jspecify.annotations.NullMarked;
