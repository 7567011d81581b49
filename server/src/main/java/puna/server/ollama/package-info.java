/// Ollama's dialect.
@NullMarked
package puna.server.ollama;

import org.jspecify.annotations.NullMarked;
