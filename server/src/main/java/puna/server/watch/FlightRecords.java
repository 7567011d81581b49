package puna.server.watch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import puna.server.wire.Call;
import puna.server.wire.CallListener;

/// Records requests for the JDK's flight recorder.
public final class FlightRecords implements CallListener {
  private final Map<String, RequestEvent> open = new ConcurrentHashMap<>(); // by request id

  @Override
  public void began(Call call) {
    RequestEvent event = new RequestEvent();
    if (event.isEnabled()) {
      event.begin();
      open.put(call.id(), event);
    }
  }

  @Override
  public void ended(Call call, long nanos) {
    RequestEvent event = open.remove(call.id());
    if (event != null) {
      event.id = call.id();
      event.endpoint = call.record().endpoint();
      event.model = call.record().model();
      event.status = call.record().status();
      event.promptTokens = call.record().promptTokens();
      event.answerTokens = call.record().answerTokens();
      event.commit();
    }
  }
}
