package puna.hub;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// A model whose files lie on this machine.
///
/// @param reference what opens it
/// @param bytes of all its files
/// @param missing bytes that are not here yet; 0 once it is whole
/// @param type of its weights, as far as names tell: `Q4_K_M`, `safetensors`
/// @param from where it came from, for people
/// @param lastUsed when it was fetched or opened last
/// @param path what to open: a file, or a folder
public record StoredModel(
    String reference,
    long bytes,
    long missing,
    String type,
    String from,
    Optional<Instant> lastUsed,
    Path path) {}
