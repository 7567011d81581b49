package puna.events;

import java.util.Optional;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/// Records events with Java Flight Recorder. While that is off, it costs two calls a step and
/// allocates nothing.
final class FlightRecords implements Recorder {
  private @Nullable StepEvent step;
  private @Nullable DrawEvent draw;
  private @Nullable LoadEvent load;

  @Override
  public void stepBegins() {
    step = null;
    if (FlightRecorder.isInitialized()) {
      StepEvent event = new StepEvent();
      if (event.isEnabled()) {
        event.begin();
        step = event;
      }
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
    if (FlightRecorder.isInitialized()) {
      DrawEvent event = new DrawEvent();
      if (event.isEnabled()) {
        event.begin();
        draw = event;
      }
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
    if (FlightRecorder.isInitialized()) {
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
    if (FlightRecorder.isInitialized()) {
      AnswerEvent event = new AnswerEvent();
      if (event.isEnabled()) {
        event.begin();
        return Optional.of(event);
      }
    }
    return Optional.empty();
  }
}
