package puna.hub.net;

import java.util.regex.Pattern;
import puna.error.ModelDownloadException;

/// A secret of the user's that a hub asks for. It never prints itself.
public final class Token {
  private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,4096}");

  private final String secret;

  /// @param from the setting or file that holds it
  /// @throws ModelDownloadException when it cannot be one; without its text
  public Token(String secret, String from) {
    if (!FORM.matcher(secret.strip()).matches()) {
      throw new ModelDownloadException(
          "%s: a token must be one word of ASCII characters; copy it again".formatted(from));
    }
    this.secret = secret.strip();
  }

  String authorization() {
    return "Bearer " + secret;
  }

  @Override
  public String toString() {
    return "Token[hidden]";
  }
}
