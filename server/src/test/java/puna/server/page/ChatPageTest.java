package puna.server.page;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.server.ServerOptions;
import puna.server.ServerOptions.Visibility;
import puna.server.TestServer;
import puna.server.TestServer.Reply;
import puna.server.exchange.Headers;
import puna.server.guard.Origins;
import puna.server.keys.ApiKey;
import puna.server.models.Models;
import puna.server.wire.Failure;

/// The chat page as it is sent: what browsers get, what they may do with it, and how much it is.
@Timeout(300)
class ChatPageTest {
  private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";
  private static final int MOST_BYTES = 400_000; // of all files, compressed

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = server(ServerOptions.defaults());
  }

  private static TestServer server(ServerOptions options) {
    return new TestServer(new Models(List.of(), Models.Settings.defaults()), options);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String document() {
    Reply reply = server.get("/", "Accept", BROWSER);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
    return reply.text();
  }

  /// The folder of this page's files, such as `/page/1a2b3c4d5e6f/`.
  private static String folder() {
    return Pattern.compile("/page/[0-9a-f]{12}/")
        .matcher(document())
        .results()
        .map(MatchResult::group)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> names() {
    return new String(resource("files.txt"), StandardCharsets.UTF_8).lines().toList();
  }

  private static byte[] resource(String name) {
    try (InputStream in = ChatPage.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void browsersGetThePageAndOthersWhatTheyLookFor() {
    assertThat(document()).startsWith("<!doctype html>").doesNotContain("{{");
    for (String accepted : List.of("*/*", "application/json", "text/plain")) {
      assertThat(server.get("/", "Accept", accepted).text()).isEqualTo("Ollama is running");
    }
    assertThat(server.get("/").text()).isEqualTo("Ollama is running");
    assertThat(server.get("/", "Accept", BROWSER).header("Vary")).contains("Accept");
  }

  @Test
  void itsPolicyAllowsNothingButItsOwn() {
    Reply reply = server.get("/", "Accept", BROWSER);
    assertThat(reply.header("Content-Security-Policy"))
        .startsWith("default-src 'none'; script-src 'self'; style-src 'self'")
        .contains("frame-ancestors 'none'", "require-trusted-types-for 'script'")
        .doesNotContain("unsafe", "http:", "https:", "*");
    assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(reply.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(reply.header("X-DNS-Prefetch-Control")).isEqualTo("off");
    assertThat(reply.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(reply.text())
        .doesNotContain(
            " style=", "<style", " onclick", " onload", "javascript:", "http:", "https:");
    assertThat(reply.text().split("<script", -1))
        .allSatisfy(part -> assertThat(part).doesNotContainPattern("^(?! ?.*src=)[^<]*</script"));
  }

  @Test
  void everyFileIsSentAsWhatItIsAndMayBeKeptForEver() {
    String folder = folder();
    for (String name : names()) {
      Reply reply = server.get(folder + name);
      assertThat(reply.status()).as(name).isEqualTo(200);
      assertThat(reply.header("Cache-Control")).contains("immutable");
      assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(reply.header("Content-Type"))
          .isEqualTo(
              switch (name.substring(name.lastIndexOf('.'))) {
                case ".js" -> "text/javascript; charset=utf-8";
                case ".css" -> "text/css; charset=utf-8";
                default -> "image/svg+xml";
              });
      assertThat(reply.text()).isEqualTo(new String(resource(name), StandardCharsets.UTF_8));
    }
  }

  @Test
  void theFilesThatThePageNamesAreThere() {
    List<String> named = new ArrayList<>();
    Pattern.compile("(?:src|href)=\"(/page/[^\"]+)\"")
        .matcher(document())
        .results()
        .forEach(match -> named.add(match.group(1)));
    assertThat(named).hasSizeGreaterThan(4);
    for (String name : names()) {
      if (name.endsWith(".js") && !name.startsWith("vendor/")) {
        Pattern.compile("from \"\\./([^\"]+)\"")
            .matcher(new String(resource(name), StandardCharsets.UTF_8))
            .results()
            .forEach(match -> named.add(folder() + match.group(1)));
      }
    }
    assertThat(named).allSatisfy(path -> assertThat(server.get(path).status()).isEqualTo(200));
  }

  @Test
  void allOfItIsSmall() throws IOException, InterruptedException {
    long sum = compressed("/").length;
    StringBuilder sizes = new StringBuilder();
    for (String name : names()) {
      byte[] bytes = compressed(folder() + name);
      sizes.append(name).append(' ').append(bytes.length).append('\n');
      sum += bytes.length;
      assertThat(new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes())
          .isEqualTo(resource(name));
    }
    System.out.println(sizes + "all " + sum);
    assertThat(sum).as(sizes.toString()).isLessThan(MOST_BYTES);
  }

  private static byte[] compressed(String path) throws IOException, InterruptedException {
    try (java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient()) {
      HttpResponse<byte[]> reply =
          client.send(
              server.request(path, "Accept", BROWSER, "Accept-Encoding", "gzip, br").GET().build(),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(reply.headers().firstValue("Content-Encoding")).hasValue("gzip");
      return reply.body();
    }
  }

  @Test
  void librariesAreThoseThatAreListedUnchangedWithTheirLicences() throws Exception {
    JsonArray libraries =
        (JsonArray)
            Json.parse(
                new String(resource("vendor/libraries.json"), StandardCharsets.UTF_8), "libraries");
    List<String> files = new ArrayList<>();
    for (JsonValue library : libraries.elements()) {
      String file = TestServer.text(library, "file");
      files.add("vendor/" + file);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(resource("vendor/" + file));
      assertThat(HexFormat.of().formatHex(digest)).isEqualTo(TestServer.text(library, "sha256"));
      assertThat(
              new String(
                  resource("vendor/" + TestServer.text(library, "licenceFile")),
                  StandardCharsets.UTF_8))
          .containsPattern("(?i)licen[cs]e|redistribution|permission");
      for (String member : List.of("name", "version", "licence", "why")) {
        assertThat(TestServer.text(library, member)).isNotBlank();
      }
    }
    assertThat(files)
        .containsExactlyInAnyOrderElementsOf(
            names().stream().filter(name -> name.startsWith("vendor/")).toList());
  }

  @Test
  void allFilesAreListed() throws IOException, URISyntaxException {
    Path folder =
        requireNonNull(
            Path.of(requireNonNull(ChatPage.class.getResource("files.txt")).toURI()).getParent());
    try (Stream<Path> all = Files.walk(folder)) {
      assertThat(names())
          .containsExactlyInAnyOrderElementsOf(
              all.filter(Files::isRegularFile)
                  .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                  .filter(name -> name.matches(".*\\.(js|css|svg)"))
                  .toList());
    }
  }

  @Test
  void whatIsNotThereIsRefused() {
    for (String path :
        List.of(
            "/page/",
            "/page/000000000000/main.js",
            folder() + "nothing.js",
            folder() + "../files.txt",
            folder() + "%2e%2e/files.txt",
            folder() + "files.txt",
            folder() + "vendor/katex.LICENSE",
            folder() + "PageFile.class")) {
      assertThat(server.get(path).status()).as(path).isIn(400, 404);
    }
    assertThat(server.post("/", "{}").status()).isEqualTo(405);
  }

  @Test
  void aServerMayHaveNone() {
    try (TestServer bare = server(ServerOptions.defaults().withPage(Visibility.HIDDEN))) {
      assertThat(bare.get("/", "Accept", BROWSER).text()).isEqualTo("Ollama is running");
      assertThat(bare.get(folder() + "main.js").status()).isEqualTo(404);
    }
  }

  @Test
  void itNeedsNoKeySinceItAsksForOne() {
    try (TestServer keyed =
        server(ServerOptions.defaults().withKeys(List.of(ApiKey.of("a", "s3cret"))))) {
      assertThat(keyed.get("/", "Accept", BROWSER).status()).isEqualTo(200);
      assertThat(keyed.get(folder() + "main.js").status()).isEqualTo(200);
      assertThat(keyed.get("/v1/models").status()).isEqualTo(401);
    }
  }

  @Test
  void aPageOfThisServerMayCallItWhateverItIsCalled() {
    Origins origins = new Origins(List.of(), List.of());
    Headers host = Headers.none().with("Host", "192.0.2.7:8080");
    for (String same : List.of("http://192.0.2.7:8080", "https://192.0.2.7:8080")) {
      assertThatCode(() -> origins.require(host.with("Origin", same))).doesNotThrowAnyException();
    }
    for (String other :
        List.of(
            "http://192.0.2.8:8080",
            "http://192.0.2.7:8081",
            "http://192.0.2.7:8080.example.invalid",
            "http://example.invalid/192.0.2.7:8080",
            "null")) {
      assertThatThrownBy(() -> origins.require(host.with("Origin", other)))
          .as(other)
          .isInstanceOf(Failure.class);
    }
    // a name that is not the server's own proves nothing by being the same twice
    assertThatThrownBy(() ->
            origins.require(
                Headers.none()
                    .with("Host", "example.invalid")
                    .with("Origin", "http://example.invalid")))
        .isInstanceOf(Failure.class);
  }
}
