/// What Puna tells Java Flight Recorder, where the JVM has it.
@NullMarked
package puna.events;

import org.jspecify.annotations.NullMarked;
