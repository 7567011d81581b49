/// OpenAI's dialect.
@NullMarked
package puna.server.openai;

import org.jspecify.annotations.NullMarked;
