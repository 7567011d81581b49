package puna.server.work;

import puna.FinishReason;

/// Text that was cut in the middle of a character: what stands for the missing rest of it is left
/// out, since clients show it.
public final class CutText {
  private static final char STAND_IN = '\uFFFD';

  private String held = "";

  /// The text of an answer that ended for that reason.
  public static String whole(String text, FinishReason reason) {
    return reason == FinishReason.STOP ? text : text.substring(0, textEnd(text));
  }

  /// What can be sent once that piece has come; a character that may be cut is held back.
  public String next(String piece) {
    String text = held + piece;
    int end = textEnd(text);
    held = text.substring(end);
    return text.substring(0, end);
  }

  /// What is left to be sent of an answer that ended for that reason.
  public String last(FinishReason reason) {
    String rest = reason == FinishReason.STOP ? held : "";
    held = "";
    return rest;
  }

  private static int textEnd(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == STAND_IN) {
      end--;
    }
    return end;
  }
}
