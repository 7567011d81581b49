package puna.acceptance;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A program that uses an official client against a server, and prints a line for each behaviour:
/// `ok NAME`, `skip NAME why` or `FAIL NAME why`.
final class ClientProgram {
  private static final int MINUTES = 30;

  private final String name;
  private final Path folder;

  /// @param source its folder, which stays as it is
  /// @param work where a copy of it is run
  ClientProgram(Path source, Path work) throws IOException {
    this.name = String.valueOf(source.getFileName());
    this.folder = work.resolve(name);
    copy(source, folder);
  }

  /// What came of it.
  ///
  /// @param lines that it printed
  /// @param ended whether it did in time
  record Outcome(String name, List<String> lines, boolean ended) {
    /// False where Maven could not fetch what the program is made of.
    boolean hasItsClient() {
      return lines.stream()
          .noneMatch(line ->
              line.contains("Could not transfer artifact")
                  || line.contains("Could not resolve dependencies")
                  || line.contains("could not be resolved"));
    }

    List<String> starting(String word) {
      return lines.stream().filter(line -> line.startsWith(word + " ")).toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (folder.endsWith("node_modules") || folder.endsWith("target")) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                file, to.resolve(from.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private boolean isJava() {
    return Files.exists(folder.resolve("pom.xml"));
  }

  /// Why it cannot be run here; empty where it can.
  Optional<String> missing() throws IOException, InterruptedException {
    String tool = isJava() ? "mvn" : "node";
    if (run(List.of(tool, "--version"), Map.of(), 1).isEmpty()) {
      return Optional.of("needs %s, which is not here".formatted(tool));
    }
    if (!isJava() && Files.readString(folder.resolve("package.json")).contains("dependencies")) {
      Optional<List<String>> installed =
          run(List.of("npm", "install", "--silent", "--no-audit", "--no-fund"), Map.of(), 3);
      if (installed.isEmpty()) {
        return Optional.of("needs its client, which npm could not install");
      }
    }
    return Optional.empty();
  }

  /// Runs it.
  ///
  /// @param environment such as `BASE_URL`
  Outcome run(Map<String, String> environment) throws IOException, InterruptedException {
    List<String> command =
        isJava()
            ? List.of("mvn", "-q", "-B", "compile", "exec:java")
            : List.of("node", Files.exists(folder.resolve("main.mjs")) ? "main.mjs" : "check.mjs");
    Process process = start(command, environment);
    List<String> lines = new ArrayList<>();
    Thread reader =
        Thread.ofVirtual().start(() -> process.inputReader().lines().forEach(lines::add));
    boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
    end(process);
    reader.join();
    Files.write(folder.resolve("output.txt"), lines);
    return new Outcome(name, lines, ended);
  }

  private Process start(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.start();
  }

  /// What a command prints; empty where it is not here, fails, or does not end.
  private Optional<List<String>> run(
      List<String> command, Map<String, String> environment, int minutes)
      throws InterruptedException {
    try {
      Process process = start(command, environment);
      List<String> lines = process.inputReader().lines().toList();
      boolean ended = process.waitFor(minutes, TimeUnit.MINUTES);
      end(process);
      return ended && process.exitValue() == 0 ? Optional.of(lines) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void end(Process process) {
    if (process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      Process _ = process.destroyForcibly();
    }
  }
}
