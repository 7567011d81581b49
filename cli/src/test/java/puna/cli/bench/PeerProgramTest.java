package puna.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import puna.cli.command.CommandException;
import puna.cli.command.UsageException;

class PeerProgramTest {
  private static final Path MODEL = Path.of("m.gguf");
  private static final List<BenchPlan.Test> TESTS =
      new BenchPlan(List.of(512), List.of(64), 4096, List.of(16), 3).tests();

  @Test
  void isAskedForEveryTestAndItsLinesAreRead() throws IOException, InterruptedException {
    assertThat(peer("good", 600).run(MODEL, 2, TESTS))
        .isEqualTo(Map.of("pp512", 20.0, "tg64@4096", 20.0, "tg64x16", 20.0));
  }

  @Test
  void theLinesOfLlamaBenchAreUnderstood() throws IOException, InterruptedException {
    assertThat(peer("llama-bench", 600).run(MODEL, 2, TESTS))
        .isEqualTo(Map.of("pp512", 280.5, "tg64", 33.25));
  }

  @Test
  void failuresSayWhatTheProgramSaid() {
    assertThatThrownBy(() -> peer("failing", 600).run(MODEL, 2, TESTS))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("ended with exit code 3: no such model");
    assertThatThrownBy(() -> peer("silent", 600).run(MODEL, 2, TESTS))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("printed no line such as")
        .hasMessageContaining("it printed nothing");
    assertThatThrownBy(() -> peer("strange", 600).run(MODEL, 2, TESTS))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("what is strange?");
  }

  @Test
  void aPeerThatHangsIsStopped() {
    assertThatThrownBy(() -> peer("hanging", 1).run(MODEL, 2, TESTS))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("was still running after 1 s and was stopped");
  }

  @Test
  void aPeerThatIsNoneIsNamed() {
    assertThatThrownBy(() -> PeerProgram.of("/no/such/peer").run(MODEL, 2, TESTS))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("the peer /no/such/peer cannot be started");
    assertThatThrownBy(() -> PeerProgram.of("  "))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--peer needs a program");
  }

  private static PeerProgram peer(String manner, int seconds) {
    return new PeerProgram(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "puna.cli.FakePeer",
            manner),
        Duration.ofSeconds(seconds));
  }
}
