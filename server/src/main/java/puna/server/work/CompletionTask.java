package puna.server.work;

import java.util.List;
import puna.GenerationOptions;
import puna.Prompt;

/// What a request to continue raw texts asks for, in any dialect.
///
/// @param model as the client names it
/// @param prompts to be continued
/// @param options of each continuation
/// @param answers how many continuations each prompt gets
public record CompletionTask(
    String model, List<Prompt> prompts, GenerationOptions options, int answers) {
  public CompletionTask {
    prompts = List.copyOf(prompts);
  }
}
