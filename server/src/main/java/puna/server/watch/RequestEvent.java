package puna.server.watch;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A request in a flight recording.
@Name("puna.Request")
@Label("Request")
@Category({"Puna", "Server"})
@Description("A request that the server answered")
@StackTrace(false)
final class RequestEvent extends Event {
  @Label("Id")
  String id = "";

  @Label("Endpoint")
  String endpoint = "";

  @Label("Model")
  String model = "";

  @Label("Status")
  int status;

  @Label("Prompt tokens")
  long promptTokens;

  @Label("Answer tokens")
  long answerTokens;
}
