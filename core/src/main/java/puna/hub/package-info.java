/// Model references, and the cache folder they resolve to.
@NullMarked
package puna.hub;

import org.jspecify.annotations.NullMarked;
