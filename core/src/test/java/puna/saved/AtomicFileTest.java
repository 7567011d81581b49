package puna.saved;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.TestSeed;

/// A file that is written as a whole, whoever dies meanwhile.
@Timeout(600)
class AtomicFileTest {
  private static final long SEED = TestSeed.of(28_100);
  private static final int KILLS = 12;
  private static final int SIZE = 1 << 20;

  @TempDir private Path folder;

  /// Writes the file again and again, each time with one byte all over.
  static final class Saver {
    private Saver() {}

    public static void main(String[] arguments) throws Exception {
      Path file = Path.of(arguments[0]);
      for (int round = 0; ; round++) {
        write(file, round);
      }
    }
  }

  private static void write(Path file, int round) throws Exception {
    byte[] bytes = new byte[SIZE];
    java.util.Arrays.fill(bytes, (byte) round);
    AtomicFile.write(file, target -> inPieces(target, bytes));
  }

  private static void inPieces(FileChannel target, byte[] bytes) throws IOException {
    for (int from = 0; from < bytes.length; from += 1 << 14) {
      int _ = target.write(ByteBuffer.wrap(bytes, from, 1 << 14));
    }
  }

  @Test
  void aKilledProcessLeavesTheOldFileOrTheNewOne() throws Exception {
    Path file = folder.resolve("kept");
    write(file, 0);
    Random random = new Random(SEED);
    int changed = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      FileTime before = Files.getLastModifiedTime(file);
      Process saver =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Saver.class.getName(),
                  file.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        while (saver.isAlive() && Files.getLastModifiedTime(file).equals(before)) {
          Thread.sleep(1);
        }
        Thread.sleep(random.nextInt(20));
        assertThat(saver.isAlive()).isTrue();
      } finally {
        saver.destroyForcibly().waitFor(); // kill -9
      }
      byte[] bytes = Files.readAllBytes(file);
      assertThat(bytes).as("after kill %d, seed %s", kill, SEED).hasSize(SIZE);
      assertThat(bytes).containsOnly(bytes[0]);
      changed += bytes[0] == 0 ? 0 : 1;
    }
    assertThat(changed).isPositive();
  }

  @Test
  void whatFailsLeavesTheOldFileAndNoRemains() throws Exception {
    Path file = folder.resolve("kept");
    write(file, 1);
    assertThatIOException()
        .isThrownBy(() ->
            AtomicFile.write(
                file,
                target -> {
                  inPieces(target, new byte[SIZE]);
                  throw new IOException("the disk is full");
                }))
        .withMessage("the disk is full");
    assertThat(Files.readAllBytes(file)).containsOnly((byte) 1);
    assertThat(files()).isEqualTo(1);
  }

  @Test
  void whatWasLeftBehindGoesWithALaterWriting() throws Exception {
    Path left = Files.createFile(folder.resolve(".kept.123.part"));
    Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(7200)));
    Path running = Files.createFile(folder.resolve(".kept.124.part"));
    Path other = Files.createFile(folder.resolve(".other.123.part"));
    Files.setLastModifiedTime(other, FileTime.from(Instant.now().minusSeconds(7200)));
    write(folder.resolve("kept"), 1);
    assertThat(left).doesNotExist();
    assertThat(running).exists();
    assertThat(other).exists();
  }

  @Test
  void itsOwnerAloneMayReadIt() throws Exception {
    Path file = folder.resolve("kept");
    write(file, 1);
    if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void aPlaceThatIsNoneIsRefused() {
    assertThatIOException().isThrownBy(() -> write(Path.of("/"), 1));
    assertThatIOException().isThrownBy(() -> write(folder.resolve("no/folder"), 1));
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.count();
    }
  }
}
