package puna.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A user without a home: nothing lands in the working directory.
class TemporaryHomeTest {
  @TempDir private Path folder;

  @Test
  void isThisUsersAloneAndTheSameEachTime() throws IOException {
    assumePosix();
    Path home = TemporaryHome.below(folder);
    assertThat(home.getParent()).isEqualTo(folder);
    assertThat(Files.getPosixFilePermissions(home))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(TemporaryHome.below(folder)).isEqualTo(home);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(home);
    }
  }

  @Test
  void aFolderThatOthersMayWriteIsRefused() throws IOException {
    assumePosix();
    Path home = TemporaryHome.below(folder);
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatIOException()
        .isThrownBy(() -> TemporaryHome.below(folder))
        .withMessage(home + " can be written by other users");
  }

  @Test
  void aLinkOrFileInItsPlaceIsRefused() throws IOException {
    assumePosix();
    Path home = TemporaryHome.below(folder);
    Files.delete(home);
    Files.createSymbolicLink(home, Files.createDirectory(folder.resolve("elsewhere")));
    assertThatIOException()
        .isThrownBy(() -> TemporaryHome.below(folder))
        .withMessage(home + " is no folder");
  }

  @Test
  void anotherUsersFolderIsRefused() throws IOException {
    assumePosix();
    Path home = TemporaryHome.below(folder);
    assumeTrue(Files.getOwner(home).getName().equals("root"), "needs to give a folder away");
    Files.setAttribute(home, "unix:uid", 4321);
    assertThatIOException()
        .isThrownBy(() -> TemporaryHome.below(folder))
        .withMessage(home + " belongs to another user");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?", "", "relative/home", "/"})
  void nothingIsWrittenWhereTheProcessRuns(String home) throws IOException, InterruptedException {
    assumePosix();
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path working = Files.createDirectory(folder.resolve("working"));

    List<String> said =
        run(working, Map.of(), "-Duser.home=" + home, "-Djava.io.tmpdir=" + temporary);

    assertThat(said)
        .filteredOn(line -> line.contains("this user has no home folder"))
        .singleElement()
        .asString()
        .contains(temporary.toString(), "set PUNA_HOME");
    assertThat(said.getLast()).startsWith(temporary + "/puna-").endsWith(".gguf");
    assertThat(working).isEmptyDirectory();
  }

  @Test
  void whereThereIsNoFolderForTemporaryFilesEitherItIsRefused()
      throws IOException, InterruptedException {
    assumePosix();
    Path working = Files.createDirectory(folder.resolve("working"));
    for (String temporary : List.of("tmp", folder.resolve("missing").toString())) {
      assertThat(run(working, Map.of(), "-Duser.home=?", "-Djava.io.tmpdir=" + temporary))
          .last()
          .asString()
          .startsWith("refused: this user has no home folder")
          .endsWith("set PUNA_HOME to a folder that can be written");
    }
    assertThat(working).isEmptyDirectory();
  }

  @Test
  void aRelativeXdgCacheHomeIsIgnored() throws IOException, InterruptedException {
    assumePosix();
    Path working = Files.createDirectory(folder.resolve("working"));
    assertThat(run(working, Map.of("XDG_CACHE_HOME", "cache"), "-Duser.home=" + folder))
        .singleElement()
        .asString()
        .startsWith(folder.resolve(".cache/puna").toString());
    assertThat(working).isEmptyDirectory();
  }

  @Test
  void theHomeOfTheEnvironmentIsThatOfTheUser() throws IOException, InterruptedException {
    assumePosix();
    Path working = Files.createDirectory(folder.resolve("working"));
    Path mine = folder.resolve("mine");
    for (String home : List.of(mine.toString(), "", "relative", "/")) {
      assertThat(run(working, Map.of("HOME", home), "-Duser.home=" + folder))
          .last()
          .asString()
          .startsWith((home.equals(mine.toString()) ? mine : folder) + "/.cache/puna");
    }
  }

  @Test
  void aHomeThatTheLocaleCannotWriteIsNamedWithTheReason()
      throws IOException, InterruptedException {
    assumePosix();
    assumeUtf8FileNames();
    Path working = Files.createDirectory(folder.resolve("working"));
    String home = folder.resolve("größe").toString();
    for (String flag : List.of("-Dunset=", "-Dpuna.home=" + home)) {
      assertThat(run(working, Map.of("LC_ALL", "C", "PUNA_HOME", home), flag))
          .singleElement()
          .asString()
          .startsWith("refused: " + (flag.startsWith("-Dpuna") ? "puna.home" : "PUNA_HOME") + ": ")
          .contains("this JVM writes names of files in ")
          .endsWith("start it in a locale of UTF-8, such as LC_ALL=C.UTF-8");
    }
    assertThat(working).isEmptyDirectory();
  }

  @Test
  void aFileThatTheLocaleCannotWriteIsNamedWithTheReason()
      throws IOException, InterruptedException {
    assumePosix();
    assumeUtf8FileNames();
    String file = folder.resolve("größe.gguf").toString();
    assertThat(run(folder, Map.of("LC_ALL", "C", "PUNA_HOME", folder.toString()), "-Dfile=" + file))
        .singleElement()
        .asString()
        .contains(
            "is neither a file nor the name of a known model; this JVM writes names of files in ")
        .endsWith("start it in a locale of UTF-8, such as LC_ALL=C.UTF-8");
  }

  private static void assumeUtf8FileNames() {
    assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "needs a locale of UTF-8");
  }

  private static void assumePosix() {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("unix"),
        "needs POSIX permissions");
  }

  private static List<String> run(Path working, Map<String, String> environment, String... flags)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), HomelessUser.class.getName()));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(working.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeAll(List.of("PUNA_HOME", "XDG_CACHE_HOME", "HOME"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said.lines().toList();
  }
}
