package puna.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/// Bodies that no client sends which means well: made from a right one, and never JSON, or more of
/// it than anybody needs.
final class HostileBodies {
  private static final List<String> NO_VALUES =
      List.of(
          "NaN",
          "Infinity",
          "-",
          "+1",
          "01",
          "1.",
          ".5",
          "1e",
          "0x10",
          "1_000",
          "tru",
          "True",
          "undefined",
          "'a'",
          "\"a",
          "\"\\x41\"",
          "\"\\u12\"",
          "\"a\nb\"",
          "/**/1",
          "1//\n",
          "[1,]",
          "{,}",
          "{\"a\"}",
          "{\"a\":}",
          "{a:1}",
          "[1 2]",
          "\u00a01",
          "]",
          "}",
          "\u0000");
  private static final List<String> ODD_VALUES =
      List.of(
          "-0",
          "1e-400",
          "1E400",
          "-1e999999999",
          "9".repeat(400),
          "0." + "0".repeat(900) + "1",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\\u0000\"",
          "\"" + "\\\\".repeat(5000) + "\"",
          "[" + "1,".repeat(20_000) + "1]",
          "\"" + "x".repeat(200_000) + "\"",
          "\"" + "\ud83e\udd99".repeat(30_000) + "\"",
          "[" + "[],".repeat(9_000) + "{}]");
  private static final List<Charset> CHARSETS =
      List.of(
          StandardCharsets.UTF_16,
          StandardCharsets.UTF_16LE,
          StandardCharsets.UTF_16BE,
          Charset.forName("UTF-32"),
          Charset.forName("IBM037"));
  private static final List<byte[]> NO_UTF8 =
      List.of(
          new byte[] {(byte) 0xc0, (byte) 0x80},
          new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
          new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
          new byte[] {(byte) 0xe2, (byte) 0x82},
          new byte[] {(byte) 0xff},
          new byte[] {(byte) 0x80});

  private HostileBodies() {}

  /// A body that is no JSON object in UTF-8.
  static byte[] broken(String right, Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> deep(right, random, 300 + random.nextInt(100_000));
      case 1 -> bytes(withValue(right, pick(NO_VALUES, random), random));
      case 2 -> right.getBytes(pick(CHARSETS, random));
      case 3 -> withBytes(right, pick(NO_UTF8, random), random);
      case 4 -> bytes(right.substring(0, random.nextInt(right.length())));
      case 5 -> bytes(right + pick(List.of("{}", "]", "x", ",", "\u0000", right), random));
      default ->
          bytes(pick(List.of("[]", "7", "null", "\"x\"", "true", "[" + right + "]"), random));
    };
  }

  /// A body that is JSON.
  static byte[] odd(String right, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> deep(right, random, 200 - 10 * random.nextInt(3));
      case 1 -> bytes(withMembers(right, 1 + random.nextInt(20_000)));
      case 2 -> bytes("\ufeff" + right);
      default -> bytes(withValue(right, pick(ODD_VALUES, random), random));
    };
  }

  private static byte[] deep(String right, Random random, int depth) {
    boolean isArray = random.nextBoolean();
    String open = (isArray ? "[" : "{\"a\":").repeat(depth);
    String close = (isArray ? "]" : "}").repeat(depth);
    return bytes(withValue(right, open + "1" + close, random));
  }

  /// With another value in the place of one of an object.
  private static String withValue(String right, String value, Random random) {
    List<Integer> colons =
        right.chars().filter(c -> c == ':').count() == 0
            ? List.of()
            : java.util.stream.IntStream.range(0, right.length() - 1)
                .filter(i -> right.charAt(i) == ':' && right.charAt(i - 1) == '"')
                .boxed()
                .toList();
    int at = colons.get(random.nextInt(colons.size())) + 1;
    return right.substring(0, at) + value + right.substring(end(right, at));
  }

  /// Where the value ends that begins there.
  private static int end(String text, int from) {
    int depth = 0;
    boolean isQuoted = false;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isQuoted) {
        i += c == '\\' ? 1 : 0;
        isQuoted = c != '"';
      } else if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
        return i;
      } else {
        isQuoted = c == '"';
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      }
    }
    return text.length();
  }

  private static String withMembers(String right, int count) {
    StringBuilder all = new StringBuilder(right);
    all.setLength(all.length() - 1);
    for (int i = 0; i < count; i++) {
      all.append(",\"x").append(i % 7).append("\":").append(i);
    }
    return all.append('}').toString();
  }

  private static byte[] withBytes(String right, byte[] odd, Random random) {
    int at = right.indexOf('"', random.nextInt(right.lastIndexOf('"'))) + 1;
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(bytes(right.substring(0, at)));
    all.writeBytes(odd);
    all.writeBytes(bytes(right.substring(at)));
    return all.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static <T> T pick(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }
}
