package puna.server.models;

import java.time.Instant;
import java.util.Optional;
import puna.Llama;

/// A model that is loaded at this moment.
///
/// @param model what it is offered as
/// @param llama the open model; it may be closed at any time unless a lease is held
/// @param bytes that its memory plan says
/// @param expires when it is unloaded if nobody asks for it; empty for never
/// @param users requests that it works for
public record LoadedModel(
    ServedModel model, Llama llama, long bytes, Optional<Instant> expires, int users) {}
