package puna.chat.template.python;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/// Python's `str.encode` and `bytes.decode`, for the encodings of Unicode, ASCII, Latin-1 and
/// Windows-1252. The others are refused by name: no prompt is made with them.
public final class Encoding {
  private static final Map<String, Charset> CHARSETS = charsets();

  private Encoding() {}

  private static Map<String, Charset> charsets() {
    Charset utf32 = Charset.forName("UTF-32LE");
    return Map.ofEntries(
        Map.entry("utf8", StandardCharsets.UTF_8),
        Map.entry("u8", StandardCharsets.UTF_8),
        Map.entry("cp65001", StandardCharsets.UTF_8),
        Map.entry("ascii", StandardCharsets.US_ASCII),
        Map.entry("usascii", StandardCharsets.US_ASCII),
        Map.entry("646", StandardCharsets.US_ASCII),
        Map.entry("latin1", StandardCharsets.ISO_8859_1),
        Map.entry("latin", StandardCharsets.ISO_8859_1),
        Map.entry("l1", StandardCharsets.ISO_8859_1),
        Map.entry("iso88591", StandardCharsets.ISO_8859_1),
        Map.entry("cp1252", Charset.forName("windows-1252")),
        Map.entry("windows1252", Charset.forName("windows-1252")),
        Map.entry("utf16", StandardCharsets.UTF_16LE),
        Map.entry("utf16le", StandardCharsets.UTF_16LE),
        Map.entry("utf16be", StandardCharsets.UTF_16BE),
        Map.entry("utf32", utf32),
        Map.entry("utf32le", utf32),
        Map.entry("utf32be", Charset.forName("UTF-32BE")));
  }

  private static Charset charset(Arguments.Bound bound) {
    String name = bound.text(0, "utf-8").toString();
    Charset charset = CHARSETS.get(bare(name));
    if (charset == null) {
      throw new TemplateException("the encoding '" + name + "' is not supported");
    }
    return charset;
  }

  private static String bare(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
  }

  /// Whether the encoding begins with a mark of its byte order.
  private static boolean isMarked(Arguments.Bound bound) {
    String name = bare(bound.text(0, "utf-8").toString());
    return name.equals("utf16") || name.equals("utf32");
  }

  public static Value encode(Text text, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("encode", "encoding", "errors");
    CharsetEncoder encoder = charset(bound).newEncoder();
    String errors = bound.text(1, "strict").toString();
    StringBuilder units = new StringBuilder();
    if (isMarked(bound)) {
      append(encoder, "\uFEFF", units);
    }
    String chars = text.toString();
    for (int at = 0; at < chars.length(); ) {
      int point = chars.codePointAt(at);
      String one = Character.toString(point);
      append(encoder, encoder.canEncode(one) ? one : replacement(point, errors, encoder), units);
      at += one.length();
    }
    arguments.runtime().charge(chars.length());
    return new Bytes(text.derive(units.toString()).with(Text.Escaping.NONE));
  }

  private static void append(CharsetEncoder encoder, String text, StringBuilder units) {
    try {
      ByteBuffer bytes = encoder.encode(java.nio.CharBuffer.wrap(text));
      while (bytes.hasRemaining()) {
        units.append((char) (bytes.get() & 0xFF));
      }
    } catch (CharacterCodingException e) {
      throw new TemplateException("the text cannot be encoded as " + encoder.charset());
    }
  }

  private static String replacement(int point, String errors, CharsetEncoder encoder) {
    return switch (errors) {
      case "ignore" -> "";
      case "replace" -> "?";
      case "xmlcharrefreplace" -> "&#" + point + ";";
      case "backslashreplace" -> Printing.escape(point);
      case "strict" ->
          throw new TemplateException(
              String.format(
                  Locale.ROOT, "%s cannot encode character U+%04X", encoder.charset(), point));
      default -> throw new TemplateException("the error handler '" + errors + "' is not supported");
    };
  }

  static Value decode(Bytes bytes, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("decode", "encoding", "errors");
    Charset charset = charset(bound);
    String errors = bound.text(1, "strict").toString();
    CodingErrorAction action =
        switch (errors) {
          case "strict" -> CodingErrorAction.REPORT;
          case "ignore" -> CodingErrorAction.IGNORE;
          case "replace" -> CodingErrorAction.REPLACE;
          default ->
              throw new TemplateException("the error handler '" + errors + "' is not supported");
        };
    byte[] units = bytes.units().toString().getBytes(StandardCharsets.ISO_8859_1);
    arguments.runtime().charge(units.length);
    try {
      String text =
          charset
              .newDecoder()
              .onMalformedInput(action)
              .onUnmappableCharacter(action)
              .replaceWith("\uFFFD")
              .decode(ByteBuffer.wrap(units))
              .toString();
      boolean hasMark = isMarked(bound) && text.startsWith("\uFEFF");
      return bytes.units().derive(hasMark ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      throw new TemplateException("these bytes are no " + charset);
    }
  }
}
