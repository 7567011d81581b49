package puna.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// One step of an engine: the forward pass of a batch.
@Name("puna.Step")
@Label("Step")
@Category("Puna")
@Description("One forward pass of a batch of tokens")
@StackTrace(false)
final class StepEvent extends Event {
  @Label("Tokens")
  int tokens;

  @Label("Sequences")
  int sequences;

  @Label("Prefill Tokens")
  @Description("Tokens read of prompts")
  int prefillTokens;

  @Label("Decode Tokens")
  @Description("Tokens of sequences that generate")
  int decodeTokens;
}
