package puna.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// The opening of a model, from the file to the engine.
@Name("puna.Load")
@Label("Load")
@Category("Puna")
@Description("The opening of a model")
@StackTrace(false)
final class LoadEvent extends Event {
  @Label("File")
  String file = "";

  @Label("Bytes")
  @DataAmount
  long bytes;

  @Label("Pack Time")
  @Description("Time to lay the weights out for the kernels")
  @Timespan(Timespan.NANOSECONDS)
  long packTime;

  @Label("Tier")
  @Description("The fastest kernel tier in use")
  String tier = "";
}
