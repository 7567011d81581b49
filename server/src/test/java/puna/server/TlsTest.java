package puna.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.server.models.Models;

@Timeout(600)
class TlsTest {
  private static final char[] PASSWORD = "test-password".toCharArray();
  private static final Logger LOG = Logger.getLogger("puna.server"); // held, or it is forgotten

  @TempDir static Path shared;

  private static ServerOptions.Tls whole;

  @TempDir Path folder;

  @BeforeAll
  static void makeOne() throws Exception {
    whole = make(shared.resolve("whole"), "EC");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void answersOverTls(String algorithm) throws Exception {
    ServerOptions.Tls files = make(folder.resolve("one"), algorithm);
    try (PunaServer server = start(files)) {
      HttpResponse<String> models = get(server, files);
      assertThat(models.statusCode()).isEqualTo(200);
      assertThat(models.body()).contains("smollm2-135m");
      assertThat(serial(models)).isEqualTo(serial(files));
      HttpRequest chat =
          HttpRequest.newBuilder(URI.create(url(server) + "/v1/chat/completions"))
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      """
                      {"model": "smollm2-135m", "stream": true, "max_tokens": 3,
                       "messages": [{"role": "user", "content": "Hi"}]}\
                      """))
              .build();
      try (HttpClient client = client(files)) {
        assertThat(client.send(chat, HttpResponse.BodyHandlers.ofString()).body())
            .endsWith("data: [DONE]\n\n");
      }
    }
  }

  @Test
  void takesUpANewPairWithoutRestartAndKeepsItThroughABrokenOne() throws Exception {
    ServerOptions.Tls used = make(folder.resolve("used"), "EC");
    ServerOptions.Tls next = make(folder.resolve("next"), "EC");
    List<String> log = new CopyOnWriteArrayList<>();
    Handler handler = handler(log);
    LOG.addHandler(handler);
    try (PunaServer server = start(used)) {
      String first = serial(get(server, used));
      replace(next, used);
      until(() -> log.stream().anyMatch(line -> line.contains("read again")));
      String second = serial(get(server, used));
      assertThat(second).isEqualTo(serial(next)).isNotEqualTo(first);

      log.clear();
      Path broken = Files.writeString(folder.resolve("broken"), "no certificate");
      Files.move(broken, used.certificate(), StandardCopyOption.REPLACE_EXISTING); // at once
      until(() -> log.stream().anyMatch(line -> line.contains("stays as it is")));
      assertThat(serial(get(server, next))).isEqualTo(second);
      Thread.sleep(Duration.ofSeconds(5));
      assertThat(log) // where it looked between the two files of the pair, it reads it once more
          .filteredOn(line -> !line.contains("read again"))
          .singleElement()
          .asString()
          .contains(used.certificate().toString(), "no certificate");

      log.clear();
      Files.delete(used.key());
      replace(make(folder.resolve("third"), "RSA"), used);
      until(() -> log.stream().anyMatch(line -> line.contains("read again")));
      assertThat(serial(get(server, used))).isEqualTo(serial(used)).isNotEqualTo(second);
    } finally {
      LOG.removeHandler(handler);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cert | -                                       | there is no such file
          key  | -                                       | there is no such file
          cert | ''                                      | there is no certificate in it
          cert | hello                                   | it is no certificate
          cert | -----BEGIN CERTIFICATE----- AAAA        | it is no certificate
          key  | ''                                      | found no such key
          key  | -----BEGIN RSA PRIVATE KEY-----         | found "BEGIN RSA PRIVATE KEY"
          key  | -----BEGIN ENCRYPTED PRIVATE KEY-----   | found "BEGIN ENCRYPTED PRIVATE KEY"
          key  | -----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY----- | or a damaged one
          key  | -----BEGIN PRIVATE KEY-----A=A-----END PRIVATE KEY-----  | damaged
          key  | é                                       | found no such key
          """)
  void saysWhichFileIsWrongAndWhy(String which, String content, String reason) throws Exception {
    ServerOptions.Tls files =
        new ServerOptions.Tls(folder.resolve("one.crt"), folder.resolve("one.key"));
    replace(whole, files);
    Path wrong = which.equals("cert") ? files.certificate() : files.key();
    if (content.equals("-")) {
      Files.delete(wrong);
    } else {
      Files.write(wrong, content.getBytes(StandardCharsets.ISO_8859_1));
    }
    assertThatThrownBy(() -> start(files))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(wrong + ": ")
        .hasMessageContaining(reason);
  }

  @Test
  void refusesTheKeyOfAnotherCertificate() throws Exception {
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      ServerOptions.Tls other = make(folder.resolve("other-" + algorithm), algorithm);
      assertThatThrownBy(() -> start(new ServerOptions.Tls(whole.certificate(), other.key())))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(other.key() + ": it is not the key of the first certificate");
    }
  }

  private static PunaServer start(ServerOptions.Tls files) throws IOException {
    Models models = TestServer.models(TestServer.MODEL, 256);
    return PunaServer.start(models, ServerOptions.defaults().withPort(0).withTls(files));
  }

  private static HttpResponse<String> get(PunaServer server, ServerOptions.Tls trusted)
      throws Exception {
    try (HttpClient client = client(trusted)) {
      return client.send(
          HttpRequest.newBuilder(URI.create(url(server) + "/v1/models")).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static String url(PunaServer server) {
    return "https://localhost:" + server.port();
  }

  private static HttpClient client(ServerOptions.Tls trusted) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("server", certificate(trusted));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private static String serial(HttpResponse<?> response) throws Exception {
    Certificate shown = response.sslSession().orElseThrow().getPeerCertificates()[0];
    return ((X509Certificate) shown).getSerialNumber().toString();
  }

  private static String serial(ServerOptions.Tls files) throws Exception {
    return certificate(files).getSerialNumber().toString();
  }

  private static X509Certificate certificate(ServerOptions.Tls files)
      throws IOException, GeneralSecurityException {
    byte[] pem = Files.readAllBytes(files.certificate());
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
  }

  private static void replace(ServerOptions.Tls from, ServerOptions.Tls to) throws IOException {
    Files.copy(from.certificate(), to.certificate(), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(from.key(), to.key(), StandardCopyOption.REPLACE_EXISTING);
  }

  /// A certificate for localhost that is signed by itself, by the JDK's own tool.
  private static ServerOptions.Tls make(Path place, String algorithm) throws Exception {
    Path store = Path.of(place + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
    Path certificate = Path.of(place + ".crt");
    Path key = Path.of(place + ".key");
    pem(certificate, "CERTIFICATE", keys.getCertificate("server").getEncoded());
    pem(key, "PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded());
    return new ServerOptions.Tls(certificate, key);
  }

  private static void pem(Path file, String kind, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, text, kind));
  }

  private static Handler handler(List<String> log) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        log.add(record.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(20);
    }
  }
}
