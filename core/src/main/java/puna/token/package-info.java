/// Text to token ids and back.
@NullMarked
package puna.token;

import org.jspecify.annotations.NullMarked;
