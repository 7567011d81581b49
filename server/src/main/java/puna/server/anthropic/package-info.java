/// Anthropic's dialect.
@NullMarked
package puna.server.anthropic;

import org.jspecify.annotations.NullMarked;
