package puna.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// What follows the forward pass of a step: masks, samplers and log-probabilities of its sequences.
@Name("puna.Draw")
@Label("Draw")
@Category("Puna")
@Description("Drawing the next tokens of all sequences of a step")
@StackTrace(false)
final class DrawEvent extends Event {
  @Label("Sequences")
  int sequences;
}
