package puna.server.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import puna.server.wire.Call;

/// A file of the page, as it is and compressed.
final class PageFile {
  private final String type;
  private final byte[] plain;
  private volatile byte @Nullable [] compressed; // once somebody has asked for it

  /// @param name by whose end its type is known
  PageFile(String name, byte[] content) {
    this.type = type(name);
    this.plain = content;
  }

  private static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> throw new IllegalArgumentException("no type is known for " + name);
    };
  }

  /// Replies with it, compressed where the client takes that.
  void send(Call call) {
    String accepted = call.request().headers().first("Accept-Encoding").orElse("");
    boolean isCompressed = accepted.toLowerCase(Locale.ROOT).contains("gzip");
    call.header("Vary", "Accept, Accept-Encoding, Origin");
    if (isCompressed) {
      call.header("Content-Encoding", "gzip");
    }
    call.reply(200, type, isCompressed ? compressed() : plain);
  }

  private byte[] compressed() {
    byte[] known = compressed;
    if (known == null) {
      known = compress(plain); // twice, at worst, and the same
      compressed = known;
    }
    return known;
  }

  private static byte[] compress(byte[] content) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(all)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all.toByteArray();
  }
}
