/// Llama on the JVM: open a model, generate, chat. All that most users import.
@NullMarked
package puna;

import org.jspecify.annotations.NullMarked;
