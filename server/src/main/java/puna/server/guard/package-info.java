/// Who may use the server, and how much of it.
@NullMarked
package puna.server.guard;

import org.jspecify.annotations.NullMarked;
