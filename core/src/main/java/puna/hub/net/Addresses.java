package puna.hub.net;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Texts in addresses.
final class Addresses {
  private static final String PLAIN = "-._~";

  private Addresses() {}

  /// `text` with every byte written out that is no letter, digit or plain sign.
  ///
  /// @param kept further characters that stay
  static String encoded(String text, String kept) {
    StringBuilder encoded = new StringBuilder();
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      char character = (char) (value & 0xFF);
      boolean isPlain =
          (character < 0x80 && Character.isLetterOrDigit(character))
              || PLAIN.indexOf(character) >= 0
              || kept.indexOf(character) >= 0;
      if (isPlain) {
        encoded.append(character);
      } else {
        encoded.append('%');
        if (character < 0x10) {
          encoded.append('0');
        }
        encoded.append(Integer.toHexString(character).toUpperCase(Locale.ROOT));
      }
    }
    return encoded.toString();
  }
}
