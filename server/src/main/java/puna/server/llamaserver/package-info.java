/// llama-server's own dialect: raw prompts, tokens, slots and metrics.
@NullMarked
package puna.server.llamaserver;

import org.jspecify.annotations.NullMarked;
