package puna.server.work;

import java.util.List;
import puna.AnswerOptions;

/// What requests of every dialect say of an answer alike.
public final class AnswerTerms {
  private AnswerTerms() {}

  /// Options with those stop strings that are not empty, if there are any.
  public static <O extends AnswerOptions<O>> O stopping(O options, List<String> stops) {
    List<String> written = stops.stream().filter(stop -> !stop.isEmpty()).toList();
    return written.isEmpty() ? options : options.withStopStrings(written);
  }

  /// Options of an answer on behalf of that caller; of anybody where the name is empty.
  public static <O extends AnswerOptions<O>> O onBehalfOf(O options, String caller) {
    return caller.isEmpty() ? options : options.withCaller(caller);
  }
}
