package puna.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreConcurrencyTest {
  @TempDir Path folder;

  @Test
  void threadsCopyOnce() throws InterruptedException, ExecutionException {
    FakeModel fake = new FakeModel(folder.resolve("artifact"));
    Path home = folder.resolve("home");
    AtomicInteger copies = new AtomicInteger();
    Callable<Path> resolve =
        () ->
            // A store of its own, as two libraries in one process would have.
            fake.store(home)
                .resolve(
                    FakeModel.NAME,
                    (done, _) -> {
                      if (done == 0) {
                        copies.incrementAndGet();
                      }
                    });
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Path> result : threads.invokeAll(List.of(resolve, resolve, resolve, resolve))) {
        assertThat(result.get()).hasBinaryContent(fake.content);
      }
    }
    assertThat(copies).hasValue(1);
  }

  @Test
  void processesCopyOnce() throws IOException, InterruptedException {
    Path home = folder.resolve("home");
    List<Process> children = new ArrayList<>();
    List<Path> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Path answer = folder.resolve("answer" + i);
      answers.add(answer);
      children.add(start(home, answer));
    }
    for (Process child : children) {
      assertThat(child.waitFor(10, TimeUnit.MINUTES)).isTrue();
      assertThat(child.exitValue()).isZero();
    }
    Path expected =
        home.toAbsolutePath().resolve("models/smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf");
    List<String> outcomes = new ArrayList<>();
    for (Path answer : answers) {
      List<String> lines = Files.readAllLines(answer);
      assertThat(lines.getFirst()).isEqualTo(expected.toString());
      outcomes.add(lines.getLast());
    }
    assertThat(outcomes).containsExactlyInAnyOrder("copied", "found", "found");
    assertThat(expected).hasSize(98_362_432);
  }

  private Process start(Path home, Path answer) throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new ProcessBuilder(
            java.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ChildResolver.class.getName(),
            home.toString(),
            answer.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(answer.getFileName() + ".log").toFile())
        .start();
  }
}
