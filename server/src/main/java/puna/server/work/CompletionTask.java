package puna.server.work;

import puna.GenerationOptions;

/// What a request to continue raw texts asks for, in any dialect.
///
/// @param model as the client names it
/// @param prompts to be continued
/// @param options of each continuation
/// @param answers how many continuations each prompt gets
public record CompletionTask(
    String model, Prompts prompts, GenerationOptions options, int answers) {}
