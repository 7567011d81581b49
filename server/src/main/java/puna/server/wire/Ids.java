package puna.server.wire;

import java.security.SecureRandom;

/// Identifiers that nobody can guess, such as `chatcmpl-` and 24 letters and digits.
public final class Ids {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int LENGTH = 24;

  private final SecureRandom random = new SecureRandom();

  /// A fresh one.
  public String next(String prefix) {
    StringBuilder id = new StringBuilder(prefix);
    for (int i = 0; i < LENGTH; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }
}
