package puna.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class HubConcurrencyTest {
  private static final String REFERENCE = "user/repo";
  private static final String FILE = "m-Q4_K_M.gguf";

  @TempDir Path folder;
  private Path home;
  private final FakeHub hub = new FakeHub();
  private final byte[] content = FakeHub.gguf(3_000_000, 1);

  @BeforeEach
  void addFile() {
    home = folder.resolve("home");
    hub.files.put(FILE, content);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void threadsFetchOnce() throws Exception {
    Callable<Path> resolve = () -> hub.store(home).resolve(REFERENCE);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Path> result : threads.invokeAll(List.of(resolve, resolve, resolve, resolve))) {
        assertThat(result.get()).hasBinaryContent(content);
      }
    }
    assertThat(hub.sentBytes).hasValue(content.length);
  }

  @Test
  void processesFetchOnce() throws Exception {
    List<Process> children = List.of(start("one"), start("two"));
    for (Process child : children) {
      assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(child.exitValue()).isZero();
    }
    assertThat(home.resolve("models/hub/user/repo").resolve(FILE)).hasBinaryContent(content);
    assertThat(hub.sentBytes).hasValue(content.length);
  }

  @Test
  void goesOnWhereAKilledProcessWas() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    hub.storeInstead =
        (_, number) -> {
          try {
            return number > 10 && never.await(2, TimeUnit.MINUTES);
          } catch (InterruptedException _) {
            return true;
          }
        };
    Process child = start("killed");
    Path state = home.resolve("models/hub/user/repo/.puna/" + FILE + ".state");
    while (child.isAlive() && !isPartial(state)) {
      Thread.sleep(20);
    }
    child.destroyForcibly().waitFor();
    never.countDown();
    assertThat(home.resolve("models/hub/user/repo").resolve(FILE)).doesNotExist();
    long before = hub.sentBytes.get();
    assertThat(before).isPositive();

    hub.storeInstead = (_, _) -> false;
    assertThat(hub.store(home).resolve(REFERENCE)).hasBinaryContent(content);
    assertThat(hub.sentBytes.get() - before).isLessThan(content.length);
  }

  private static boolean isPartial(Path state) throws IOException {
    return Files.exists(state) && Files.readString(state).contains("65536,65536");
  }

  private Process start(String name) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ChildPuller.class.getName(),
            home.toString(),
            hub.endpoint(),
            REFERENCE)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(name + ".log").toFile())
        .start();
  }
}
