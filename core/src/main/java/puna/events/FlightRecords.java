package puna.events;

import java.util.Optional;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/// Records events with Java Flight Recorder. While nobody watches, before a recording or after one,
/// it costs two calls a step and allocates nothing.
final class FlightRecords implements Recorder {
  private final Watch steps = new Watch(StepEvent.class);
  private final Watch draws = new Watch(DrawEvent.class);
  private final Watch loads = new Watch(LoadEvent.class);
  private final Watch answers = new Watch(AnswerEvent.class);
  private @Nullable StepEvent step;
  private @Nullable DrawEvent draw;
  private @Nullable LoadEvent load;

  @Override
  public void stepBegins() {
    step = null;
    if (steps.isOn()) {
      StepEvent event = new StepEvent();
      event.begin();
      step = event;
    }
  }

  @Override
  public void stepEnds(int sequences, int prefillTokens, int decodeTokens) {
    StepEvent event = step;
    if (event == null) {
      return;
    }
    event.end();
    if (event.shouldCommit()) {
      event.tokens = prefillTokens + decodeTokens;
      event.sequences = sequences;
      event.prefillTokens = prefillTokens;
      event.decodeTokens = decodeTokens;
      event.commit();
    }
  }

  @Override
  public void drawBegins() {
    draw = null;
    if (draws.isOn()) {
      DrawEvent event = new DrawEvent();
      event.begin();
      draw = event;
    }
  }

  @Override
  public void drawEnds(int sequences) {
    DrawEvent event = draw;
    if (event == null) {
      return;
    }
    event.end();
    if (event.shouldCommit()) {
      event.sequences = sequences;
      event.commit();
    }
  }

  @Override
  public void loadBegins() {
    load = null;
    if (loads.isOn()) {
      LoadEvent event = new LoadEvent();
      event.begin();
      load = event;
    }
  }

  @Override
  public void loadEnds(String file, long bytes, long packNanos, String tier) {
    LoadEvent event = load;
    if (event == null) {
      return;
    }
    event.end();
    if (event.shouldCommit()) {
      event.file = file;
      event.bytes = bytes;
      event.packTime = packNanos;
      event.tier = tier;
      event.commit();
    }
  }

  @Override
  public Optional<AnswerRecord> answerBegins() {
    if (!answers.isOn()) {
      return Optional.empty();
    }
    AnswerEvent event = new AnswerEvent();
    event.begin();
    return Optional.of(event);
  }

  /// Tells whether events of a class are recorded, without making one to ask it.
  private static final class Watch {
    private final Class<? extends Event> events;
    // found when Flight Recorder has been started; answers begin on any thread
    private volatile @Nullable EventType type;

    Watch(Class<? extends Event> events) {
      this.events = events;
    }

    boolean isOn() {
      if (!FlightRecorder.isInitialized()) {
        return false;
      }
      EventType known = type;
      if (known == null) {
        known = EventType.getEventType(events);
        type = known;
      }
      return known.isEnabled();
    }
  }
}
