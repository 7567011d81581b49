package puna.events;

import java.util.Optional;

/// Records nothing.
final class SilentRecorder implements Recorder {
  @Override
  public void stepBegins() {}

  @Override
  public void stepEnds(int sequences, int prefillTokens, int decodeTokens) {}

  @Override
  public void drawBegins() {}

  @Override
  public void drawEnds(int sequences) {}

  @Override
  public void loadBegins() {}

  @Override
  public void loadEnds(String file, long bytes, long packNanos, String tier) {}

  @Override
  public Optional<AnswerRecord> answerBegins() {
    return Optional.empty();
  }
}
