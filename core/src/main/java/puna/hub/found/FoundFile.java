package puna.hub.found;

import java.nio.file.Path;

/// A file of a repository that lies on this machine.
///
/// @param path its path in the repository, with slashes
/// @param file where it lies here
public record FoundFile(String path, Path file, long bytes) {}
