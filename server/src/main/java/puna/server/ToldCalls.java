package puna.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import puna.server.wire.Call;
import puna.server.wire.CallListener;
import puna.server.wire.CallRecord;

/// Tells a listener of the application's of calls, and keeps its failures from them.
final class ToldCalls implements CallListener {
  private static final Logger LOG = System.getLogger("puna.server");

  private final RequestListener listener;
  private final Map<String, Consumer<RequestListener.Report>> open = new ConcurrentHashMap<>();

  ToldCalls(RequestListener listener) {
    this.listener = listener;
  }

  @Override
  public void began(Call call) {
    RequestListener.Arrival arrival =
        new RequestListener.Arrival(
            call.id(),
            call.request().method(),
            call.request().path(),
            call.record().endpoint(),
            call.request().headers());
    try {
      open.put(call.id(), listener.came(arrival));
    } catch (RuntimeException e) { // no request fails for it
      LOG.log(Level.WARNING, "a listener failed at the beginning of " + call.id(), e);
    }
  }

  @Override
  public void ended(Call call, long nanos) {
    Consumer<RequestListener.Report> told = open.remove(call.id());
    if (told == null) {
      return;
    }
    CallRecord record = call.record();
    long first = record.firstTokenNanos();
    try {
      told.accept(
          new RequestListener.Report(
              record.status(),
              record.failure(),
              record.model(),
              new RequestListener.Tokens(
                  record.promptTokens(), record.cachedTokens(), record.answerTokens()),
              first == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(first))));
    } catch (RuntimeException e) { // no request fails for it
      LOG.log(Level.WARNING, "a listener failed at the end of " + call.id(), e);
    }
  }
}
