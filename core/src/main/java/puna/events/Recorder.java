package puna.events;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;

/// Hears of steps and loads, on one thread at a time, and of answers, on any thread, and records
/// them where somebody watches.
///
/// The events are `puna.Step`, `puna.Draw`, `puna.Load` and `puna.Answer` of Java Flight Recorder.
/// Its module, `jdk.jfr`, is optional: where the JVM runs without it, nothing is recorded.
public interface Recorder {
  /// A recorder of its own for one engine or one load.
  static Recorder open() {
    if (ModuleLayer.boot().findModule("jdk.jfr").isEmpty()) {
      return new SilentRecorder();
    }
    try {
      // By name: a linked reference would fail to load where the module is missing.
      return Class.forName("puna.events.FlightRecords")
          .asSubclass(Recorder.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  void stepBegins();

  /// @param prefillTokens read of prompts
  /// @param decodeTokens one of each sequence that generates
  void stepEnds(int sequences, int prefillTokens, int decodeTokens);

  void drawBegins();

  /// @param sequences that tokens were drawn for
  void drawEnds(int sequences);

  void loadBegins();

  /// @param bytes of tensors
  /// @param packNanos spent on laying them out for the kernels
  /// @param tier of the kernels
  void loadEnds(String file, long bytes, long packNanos, String tier);

  /// The record of an answer that begins now; empty while nobody watches.
  Optional<AnswerRecord> answerBegins();
}
