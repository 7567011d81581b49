package puna.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.error.ModelDownloadException;
import puna.error.ModelInterruptedException;
import puna.hub.FakeHub.Request;
import puna.hub.net.EnvironmentProxies;
import puna.hub.net.HubSettings;

@Timeout(120)
class HubDownloadTest {
  private static final String REFERENCE = "hf.co/user/repo:Q4_K_M";
  private static final String FILE = "m-Q4_K_M.gguf";

  @TempDir Path home;
  private final FakeHub hub = new FakeHub();
  private final byte[] content = FakeHub.gguf(1_000_000, 1);
  private final List<Long> progress = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void addFile() {
    hub.files.put(FILE, content);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private Path resolve() {
    return hub.store(home).resolve(REFERENCE, (done, _) -> progress.add(done));
  }

  @Test
  void fetchesOnceAndOpensWithoutConnectingLater() throws IOException {
    Path file = resolve();
    assertThat(file)
        .isEqualTo(home.resolve("models/hub/user/repo/" + FILE))
        .hasBinaryContent(content);
    assertThat(progress).endsWith(1_000_000L);
    assertThat(hub.sentBytes).hasValue(1_000_000);
    int requests = hub.hubRequests.size();

    assertThat(resolve()).isEqualTo(file);
    assertThat(hub.hubRequests).hasSize(requests);
    try (Stream<Path> all = Files.walk(home)) {
      assertThat(all.map(Path::toString)).noneMatch(name -> name.endsWith(".part"));
    }
  }

  @Test
  void theTokenGoesToTheHubAlone() {
    resolve();
    assertThat(hub.hubRequests)
        .extracting(Request::authorization)
        .containsOnly("Bearer " + FakeHub.SECRET);
    assertThat(hub.storeRequests).isNotEmpty();
    assertThat(hub.storeRequests).extracting(Request::authorization).containsOnly("null");
    assertThat(hub.settings().toString()).doesNotContain(FakeHub.SECRET);
  }

  @Test
  void goesOnWhereAConnectionWasCut() {
    hub.storeInstead =
        (exchange, number) -> {
          if (number % 3 != 0) {
            return false;
          }
          hub.sendContent(exchange, 20_000);
          return true;
        };
    assertThat(resolve()).hasBinaryContent(content);
    assertThat(hub.sentBytes).hasValueLessThan(1_000_000 + 4 * 65_536);
    assertThat(hub.storeRequests)
        .extracting(Request::range)
        .anyMatch(range -> range.matches("bytes=[1-9]\\d*-\\d+") && !isAtPiece(range));
  }

  private static boolean isAtPiece(String range) {
    return Long.parseLong(range.substring(6).split("-")[0]) % FakeHub.PACE.pieceBytes() == 0;
  }

  @Test
  void goesOnWhereAnEarlierAttemptFailed() {
    hub.storeInstead = (exchange, number) -> number > 4 && FakeHub.refuse(exchange, 400, "");
    assertThatExceptionOfType(ModelDownloadException.class).isThrownBy(this::resolve);
    long before = hub.sentBytes.get();
    assertThat(before).isPositive();
    assertThat(home.resolve("models/hub/user/repo/" + FILE)).doesNotExist();

    hub.storeInstead = (_, _) -> false;
    assertThat(resolve()).hasBinaryContent(content);
    assertThat(hub.sentBytes).hasValueLessThanOrEqualTo(1_000_000);
  }

  @Test
  void takesTheWholeFromAServerWithoutRanges() {
    hub.storeInstead =
        (exchange, number) -> {
          hub.sendAll(exchange, number == 1 ? 300_000 : Integer.MAX_VALUE);
          return true;
        };
    assertThat(resolve()).hasBinaryContent(content);
  }

  @Test
  void beginsAgainWhenTheContentChangesMeanwhile() {
    byte[] old = FakeHub.gguf(1_000_000, 2);
    hub.storeInstead =
        (exchange, number) -> {
          hub.etag = number <= 2 ? "\"old\"" : "\"new\"";
          hub.files.put(FILE, number <= 2 ? old : content);
          return false;
        };
    assertThat(resolve()).hasBinaryContent(content);
  }

  @Test
  void refusesContentThatChangesForEver() {
    hub.storeInstead =
        (_, number) -> {
          hub.etag = "\"" + number + "\"";
          return false;
        };
    assertThatExceptionOfType(ModelDownloadException.class)
        .isThrownBy(this::resolve)
        .withMessageContaining("must stay the same");
  }

  @Test
  void refusesAWrongChecksumAndKeepsNothingOfIt() {
    byte[] other = content.clone();
    other[500_000] ^= 1;
    hub.hubInstead =
        (_, number) -> {
          hub.files.put(FILE, number == 1 ? content : other);
          return false;
        };
    assertThatExceptionOfType(ModelDownloadException.class)
        .isThrownBy(this::resolve)
        .withMessageContaining("must have SHA-256");
    assertThat(home.resolve("models/hub/user/repo/" + FILE)).doesNotExist();
    assertThat(home.resolve("models/hub/user/repo/" + FILE + ".part")).doesNotExist();
  }

  @Test
  void refusesAWrongLength() {
    byte[] longer = FakeHub.gguf(1_000_001, 1);
    hub.hubInstead =
        (_, number) -> {
          hub.files.put(FILE, number == 1 ? content : longer);
          return false;
        };
    assertThatExceptionOfType(ModelDownloadException.class)
        .isThrownBy(this::resolve)
        .withMessageContaining("must have 1000000 bytes, found 1000001");
  }

  @Test
  void stopsReadingABodyWithoutEnd() {
    hub.storeInstead =
        (exchange, _) -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] piece = new byte[100_000];
          for (int i = 0; i < 10_000; i++) {
            exchange.getResponseBody().write(piece);
          }
          return true;
        };
    assertThatExceptionOfType(ModelDownloadException.class)
        .isThrownBy(this::resolve)
        .withMessageContaining("found more");
  }

  @Test
  void refusesAWebPageInsteadOfAFile() {
    hub.storeInstead =
        (exchange, _) -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
          return false;
        };
    assertThatExceptionOfType(ModelDownloadException.class)
        .isThrownBy(this::resolve)
        .withMessageContaining("found a web page");
  }

  @Test
  void refusesWhatIsNoGguf() {
    hub.files.put(FILE, new byte[100_000]);
    assertThatExceptionOfType(ModelDownloadException.class)
        .isThrownBy(this::resolve)
        .withMessageContaining("must begin with \"GGUF\"");
  }

  @Test
  void waitsWhereItIsAskedTo() {
    hub.storeInstead =
        (exchange, number) -> {
          if (number > 2) {
            return false;
          }
          exchange.getResponseHeaders().set("Retry-After", "0");
          return FakeHub.refuse(exchange, 429, "");
        };
    assertThat(resolve()).hasBinaryContent(content);
  }

  @Test
  void asksTheHubAgainWhenASignedAddressHasEnded() {
    hub.storeInstead = (exchange, number) -> number == 5 && FakeHub.refuse(exchange, 403, "");
    assertThat(resolve()).hasBinaryContent(content);
  }

  @Test
  void anInterruptEndsItAndKeepsWhatHasCome() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(4);
    CountDownLatch release = new CountDownLatch(1);
    hub.storeInstead =
        (exchange, _) -> {
          begun.countDown();
          try {
            return begun.getCount() == 0 && !release.await(60, TimeUnit.SECONDS);
          } catch (InterruptedException _) {
            return false;
          }
        };
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                resolve();
              } catch (ModelInterruptedException e) {
                failure.set(Thread.currentThread().isInterrupted() ? e : new AssertionError());
              }
            });
    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    thread.interrupt();
    thread.join(60_000);
    release.countDown();
    assertThat(failure.get()).isInstanceOf(ModelInterruptedException.class);
    hub.storeInstead = (_, _) -> false;
    assertThat(resolve()).hasBinaryContent(content);
  }

  @Test
  void aFileThatWasCopiedIsHashedNotFetchedAgain() throws IOException {
    Path file = resolve();
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    assertThat(resolve()).isEqualTo(file);
    assertThat(hub.sentBytes).hasValue(1_000_000);

    byte[] damaged = content.clone();
    damaged[700_000] ^= 1;
    Files.write(file, damaged);
    Files.setLastModifiedTime(file, FileTime.fromMillis(2_000_000));
    assertThat(resolve()).hasBinaryContent(content);
  }

  @Test
  void fetchesAFileOfAnyAddress() {
    String address = hub.storeAddress() + "/some/" + FILE;
    hub.files.put("some/" + FILE, content);
    Path file = hub.store(home).resolve(address);
    assertThat(file).hasBinaryContent(content).startsWith(home.resolve("models/url"));
    int requests = hub.storeRequests.size();
    assertThat(hub.store(home).resolve(address)).isEqualTo(file);
    assertThat(hub.storeRequests).hasSize(requests);
  }

  @Test
  void goesThroughTheProxyOfTheEnvironment() {
    HubSettings direct = FakeHub.settings("http://hub.invalid");
    HubSettings settings =
        new HubSettings(
            direct.endpoint(),
            Optional.empty(),
            Optional.empty(),
            new EnvironmentProxies(
                name -> name.equals("http_proxy") ? Optional.of(hub.endpoint()) : Optional.empty()),
            direct.pace());
    assertThat(FakeHub.store(home, settings).resolve(REFERENCE)).hasBinaryContent(content);
    assertThat(hub.hubRequests).isNotEmpty();
  }

  @Test
  void pullUpdatesListsAndRemoves() {
    ModelStore store = hub.store(home);
    resolve();
    byte[] newer = FakeHub.gguf(500_000, 3);
    hub.files.put(FILE, newer);
    hub.etag = "\"two\"";
    assertThat(resolve()).hasBinaryContent(content);
    assertThat(store.pull(REFERENCE, (_, _) -> {})).hasBinaryContent(newer);

    assertThat(store.stored())
        .singleElement()
        .satisfies(model -> {
          assertThat(model.reference()).isEqualTo(REFERENCE);
          assertThat(model.bytes()).isEqualTo(500_000);
          assertThat(model.missing()).isZero();
          assertThat(model.type()).isEqualTo("Q4_K_M");
          assertThat(model.from()).isEqualTo("huggingface.co at 0123456");
          assertThat(model.lastUsed()).isPresent();
        });
    assertThat(store.remove(REFERENCE)).isEqualTo(500_000);
    assertThat(store.stored()).isEmpty();
    assertThat(home.resolve("models/hub")).doesNotExist();
  }

  @Test
  void removingOneReferenceKeepsFilesOfAnother() {
    ModelStore store = hub.store(home);
    Path file = store.resolve("user/repo");
    store.pull(REFERENCE, (_, _) -> {});
    assertThat(hub.sentBytes).hasValue(1_000_000);
    assertThat(store.remove("user/repo")).isZero();
    assertThat(file).exists();
  }
}
