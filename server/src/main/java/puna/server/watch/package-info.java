/// What people see of a running server: its log, its metrics, its events.
@NullMarked
package puna.server.watch;

import org.jspecify.annotations.NullMarked;
