/// `puna serve` as a library: [PunaServer] is a server, [PunaHandler] its routes alone, to be
/// mounted into another one.
@NullMarked
package puna.server;

import org.jspecify.annotations.NullMarked;
