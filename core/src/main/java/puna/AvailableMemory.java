package puna;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The memory that the system can still give this process, caches that it would drop included.
///
/// On Linux that is `MemAvailable`, and what the process's control groups leave of their limits:
/// those of version 2 and of version 1, up to the root. Elsewhere it is what the JVM says is free.
///
/// @param root of the system's files
record AvailableMemory(Path root) implements Supplier<OptionalLong> {
  private static final long KIBIBYTE = 1024;

  /// The files of a kind of control group.
  ///
  /// @param folder of the groups
  /// @param cache bytes of files that the group would drop, by their name in its statistics
  private record Groups(String folder, String limit, String usage, String cache) {
    static final List<Groups> SECOND =
        List.of(
            new Groups("sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"),
            new Groups("sys/fs/cgroup/unified", "memory.max", "memory.current", "inactive_file"));
    static final List<Groups> FIRST =
        List.of(
            new Groups(
                "sys/fs/cgroup/memory",
                "memory.limit_in_bytes",
                "memory.usage_in_bytes",
                "total_inactive_file"));
  }

  static AvailableMemory ofThisSystem() {
    return new AvailableMemory(Path.of("/"));
  }

  /// In bytes; empty where the system does not tell.
  @Override
  public OptionalLong get() {
    OptionalLong system = number(lines(root.resolve("proc/meminfo")), "MemAvailable:");
    if (system.isEmpty()) {
      return freeByTheJvm();
    }
    long least =
        lines(root.resolve("proc/self/cgroup")).stream()
            .flatMap(this::leftByGroups)
            .mapToLong(Long::longValue)
            .reduce(system.getAsLong() * KIBIBYTE, Math::min);
    return OptionalLong.of(Math.max(0, least));
  }

  /// @param line `number:controllers:path`
  private Stream<Long> leftByGroups(String line) {
    String[] parts = line.split(":", 3);
    if (parts.length < 3) {
      return Stream.empty();
    }
    List<Groups> kinds =
        parts[1].isEmpty()
            ? Groups.SECOND
            : List.of(parts[1].split(",")).contains("memory") ? Groups.FIRST : List.of();
    return kinds.stream().flatMap(groups -> left(groups, parts[2]));
  }

  /// What a group and those above it leave. A container sees its own group as the root, whatever
  /// its path says, so that folders may be missing.
  private Stream<Long> left(Groups groups, String path) {
    Path top = root.resolve(groups.folder()).normalize();
    Path group = top.resolve(path.replaceFirst("^/+", "")).normalize();
    return Stream.iterate(group, at -> at != null && at.startsWith(top), Path::getParent)
        .flatMap(at -> leftBy(groups, at).stream().boxed());
  }

  private static OptionalLong leftBy(Groups groups, Path folder) {
    OptionalLong limit = number(lines(folder.resolve(groups.limit())), "");
    OptionalLong usage = number(lines(folder.resolve(groups.usage())), "");
    if (limit.isEmpty() || usage.isEmpty()) {
      return OptionalLong.empty(); // `max`, or no such folder
    }
    long cache = number(lines(folder.resolve("memory.stat")), groups.cache() + " ").orElse(0);
    return OptionalLong.of(limit.getAsLong() - Math.max(0, usage.getAsLong() - cache));
  }

  /// The number behind `prefix` in the first line that has it.
  private static OptionalLong number(List<String> lines, String prefix) {
    try {
      return lines.stream()
          .filter(line -> line.startsWith(prefix))
          .map(line -> line.substring(prefix.length()).strip().split(" ")[0])
          .mapToLong(Long::parseLong)
          .findFirst();
    } catch (NumberFormatException _) {
      return OptionalLong.empty();
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException _) {
      return List.of();
    }
  }

  /// The module that tells it may be missing in a JVM that was cut to size.
  private static OptionalLong freeByTheJvm() {
    try {
      return ManagementFactory.getOperatingSystemMXBean()
              instanceof com.sun.management.OperatingSystemMXBean system
          ? OptionalLong.of(system.getFreeMemorySize())
          : OptionalLong.empty();
    } catch (LinkageError _) {
      return OptionalLong.empty();
    }
  }
}
