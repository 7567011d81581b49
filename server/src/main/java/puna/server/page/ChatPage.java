package puna.server.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import puna.server.wire.Call;
import puna.server.wire.Dialect;
import puna.server.wire.Endpoint;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.Route;

/// The chat page. It is one document and the files that it names, in a folder whose name changes
/// with what is in it, so that browsers may keep them for ever.
///
/// What it may do is told to the browser with it: nothing is loaded from elsewhere, and no script
/// runs but its own, whatever a model writes.
public final class ChatPage {
  private static final String FOLDER = "/page/";
  private static final int HASH_LENGTH = 12;

  private static final Map<String, String> POLICY =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
              + " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
              + " frame-ancestors 'none'; require-trusted-types-for 'script';"
              + " trusted-types dompurify puna",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          // else the browser looks names of links up before anybody has clicked
          "X-DNS-Prefetch-Control",
          "off");

  private final PageFile document;
  private final Map<String, PageFile> files;

  private ChatPage(PageFile document, Map<String, PageFile> files) {
    this.document = document;
    this.files = files;
  }

  /// The page as it comes with the server.
  public static ChatPage load() {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    byte[] index = read("index.html");
    MessageDigest digest = sha256();
    digest.update(index);
    for (String name : new String(read("files.txt"), StandardCharsets.UTF_8).lines().toList()) {
      byte[] content = read(name);
      digest.update(name.getBytes(StandardCharsets.UTF_8));
      digest.update(content);
      contents.put(name, content);
    }
    String hash = HexFormat.of().formatHex(digest.digest()).substring(0, HASH_LENGTH);
    String folder = FOLDER + hash + "/";
    Map<String, PageFile> files = new LinkedHashMap<>();
    contents.forEach((name, content) -> files.put(hash + "/" + name, new PageFile(name, content)));
    String text = new String(index, StandardCharsets.UTF_8).replace("{{base}}", folder);
    return new ChatPage(
        new PageFile("index.html", text.getBytes(StandardCharsets.UTF_8)), Map.copyOf(files));
  }

  private static byte[] read(String name) {
    try (InputStream in = ChatPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the module lacks its resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + name, e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// Its routes.
  ///
  /// @param dialect in which failures are told
  /// @param others what answers at `/` whoever is no browser
  public List<Route> routes(Dialect dialect, Endpoint others) {
    return List.of(
        new Route("GET", "/", dialect, (call, rest) -> root(call, rest, others)),
        new Route("GET", FOLDER + "{file}", dialect, this::file));
  }

  /// Whether a request for that path needs no key: the page has to ask for one.
  public static boolean isPublic(String path) {
    return path.equals("/") || path.startsWith(FOLDER);
  }

  private void root(Call call, String rest, Endpoint others) {
    String accepted = call.request().headers().first("Accept").orElse("");
    if (!accepted.contains("text/html")) {
      others.serve(call, rest);
      return;
    }
    POLICY.forEach(call::header);
    call.header("Cache-Control", "no-cache");
    document.send(call);
  }

  private void file(Call call, String name) {
    PageFile file = files.get(name);
    if (file == null) {
      throw Failure.of(Kind.NO_ROUTE, "the page has no file of that name");
    }
    call.header("X-Content-Type-Options", "nosniff");
    call.header("Cross-Origin-Resource-Policy", "same-origin");
    call.header("Cache-Control", "public, max-age=31536000, immutable");
    file.send(call);
  }
}
