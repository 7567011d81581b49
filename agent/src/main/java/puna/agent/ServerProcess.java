package puna.agent;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The process of a server, with those that it started itself.
final class ServerProcess implements AutoCloseable {
  /// What every server gets of the host's variables: those that the official SDKs hand on. Others
  /// may be secrets.
  static final List<String> SHARED =
      List.of(
          "HOME",
          "LOGNAME",
          "PATH",
          "SHELL",
          "TERM",
          "USER", // below: Windows
          "APPDATA",
          "HOMEDRIVE",
          "HOMEPATH",
          "LOCALAPPDATA",
          "PATHEXT",
          "PROCESSOR_ARCHITECTURE",
          "PROGRAMFILES",
          "SYSTEMDRIVE",
          "SYSTEMROOT",
          "TEMP",
          "USERNAME",
          "USERPROFILE");

  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final boolean WINDOWS = File.separatorChar == '\\';

  private final Process process;
  private final Set<ProcessHandle> children = ConcurrentHashMap.newKeySet();

  private ServerProcess(Process process) {
    this.process = process;
  }

  /// @throws McpException when there is no such command or folder
  static ServerProcess start(McpServer.Command command) {
    ProcessBuilder builder = new ProcessBuilder();
    Map<String, String> environment = builder.environment();
    List<String> found = found(command.words(), environment);
    keep(environment, command.inherited());
    environment.putAll(command.environment());
    command
        .folder()
        .ifPresent(folder -> {
          if (!Files.isDirectory(folder)) {
            throw McpException.broken("it cannot be started in %s: no folder".formatted(folder));
          }
          builder.directory(folder.toFile());
        });
    try {
      return new ServerProcess(builder.command(found).start());
    } catch (IOException e) {
      throw new McpException(
          McpException.Kind.BROKEN,
          "the command \"%s\" cannot be run: %s".formatted(found.getFirst(), reason(e)),
          e);
    }
  }

  private static String reason(IOException e) {
    String message = McpText.message(e);
    int number = message.lastIndexOf("error=");
    int comma = message.indexOf(", ", Math.max(number, 0));
    return number < 0 || comma < 0 ? message : message.substring(comma + 2);
  }

  private static void keep(Map<String, String> environment, List<String> inherited) {
    Set<String> names = new TreeSet<>(WINDOWS ? String.CASE_INSENSITIVE_ORDER : null);
    names.addAll(SHARED);
    // A shell's functions are variables too, and code.
    environment
        .entrySet()
        .removeIf(each ->
            !inherited.contains(each.getKey())
                && (!names.contains(each.getKey()) || each.getValue().startsWith("()")));
  }

  private static List<String> found(List<String> words, Map<String, String> environment) {
    if (!WINDOWS) {
      return words;
    }
    String path = environment.getOrDefault("Path", environment.getOrDefault("PATH", ""));
    List<String> endings =
        List.of(environment.getOrDefault("PATHEXT", ".COM;.EXE;.BAT;.CMD").split(";"));
    String program = program(words.getFirst(), List.of(path.split(File.pathSeparator)), endings);
    return Stream.concat(Stream.of(program), words.stream().skip(1)).toList();
  }

  /// A program by its short name as Windows' own shell finds it: `npx` is a file `npx.cmd`, which
  /// the system's call for new processes does not look for.
  static String program(String name, List<String> folders, List<String> endings) {
    if (name.contains("/") || name.contains("\\") || name.contains(".")) {
      return name;
    }
    for (String folder : folders) {
      for (String ending : endings) {
        Path file = Path.of(folder, name + ending.toLowerCase(Locale.ROOT));
        if (!folder.isEmpty() && Files.isRegularFile(file)) {
          return file.toString();
        }
      }
    }
    return name;
  }

  Process process() {
    return process;
  }

  /// Remembers what the process has started: once it has ended, nobody knows any more.
  void look() {
    process.descendants().forEach(children::add);
  }

  /// Ends the process and what it has started: first by closing its input, as the protocol wants
  /// it, then by a signal, at last by force.
  @Override
  public void close() {
    look();
    closeInput();
    boolean ended = awaitEnd();
    if (!ended) {
      look();
      process.destroy();
    }
    children.forEach(ProcessHandle::destroy);
    if (!awaitEnd()) {
      look();
      process.destroyForcibly();
    }
    awaitEndOfAll();
    if (isAnyAlive()) {
      children.forEach(ProcessHandle::destroyForcibly);
      awaitEndOfAll();
    }
  }

  private void closeInput() {
    // On a thread of its own: where a write is waiting, closing waits for it.
    Thread.ofPlatform()
        .daemon()
        .name("puna mcp close")
        .start(() -> {
          try {
            process.getOutputStream().close();
          } catch (IOException _) {
            // the process is gone
          }
        });
  }

  private boolean awaitEnd() {
    try {
      return process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean isAnyAlive() {
    return process.isAlive() || children.stream().anyMatch(ProcessHandle::isAlive);
  }

  private void awaitEndOfAll() {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (isAnyAlive() && System.nanoTime() < until && !Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(5);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
