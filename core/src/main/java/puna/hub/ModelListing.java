package puna.hub;

import java.nio.file.Path;
import java.util.Optional;

/// A model that is known by name.
///
/// @param bytes of its file
/// @param license its SPDX identifier, or `unknown`
/// @param cached its verified file in the cache folder, once it has been used
public record ModelListing(
    String name, String description, long bytes, String license, Optional<Path> cached) {}
