/// Answers that are generated while clients wait for them, in no dialect yet.
@NullMarked
package puna.server.work;

import org.jspecify.annotations.NullMarked;
