package puna.engine;

import java.util.Optional;
import puna.engine.AnswerToken.Held;
import puna.engine.Outcome.Guessed;

/// What the engine tells a listener, made by hand.
public final class ToldTokens {
  private ToldTokens() {}

  /// A token behind which no text is held back.
  public static AnswerToken settled(int id, String text) {
    return token(id, text, Held.NOTHING);
  }

  /// A token behind which text is held back.
  public static AnswerToken unsettled(int id, String text) {
    return token(id, text, Held.TEXT);
  }

  /// The outcome of an answer that ended by itself.
  public static Outcome outcome() {
    return new Outcome(Ending.END_TOKEN, 0, 0, 0, 0, 0, Guessed.NONE, Optional.empty());
  }

  private static AnswerToken token(int id, String text, Held held) {
    AnswerToken token = new AnswerToken();
    token.set(id, text, Optional.empty(), held);
    return token;
  }
}
