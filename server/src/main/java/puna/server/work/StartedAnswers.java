package puna.server.work;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import puna.Answers;
import puna.Generation;
import puna.Prompt;

/// The answers to all prompts of a request, started.
public record StartedAnswers(List<Answers<Generation>> byPrompt) implements AutoCloseable {
  /// Starts them in turn. Where one cannot start, those before it are closed.
  public static StartedAnswers of(
      List<Prompt> prompts, Function<Prompt, Answers<Generation>> start) {
    StartedAnswers started = new StartedAnswers(new ArrayList<>());
    boolean done = false;
    try {
      for (Prompt prompt : prompts) {
        started.byPrompt.add(start.apply(prompt));
      }
      done = true;
      return started;
    } finally {
      if (!done) {
        started.close();
      }
    }
  }

  public List<Generation> all() {
    return byPrompt.stream().flatMap(answers -> answers.list().stream()).toList();
  }

  @Override
  public void close() {
    byPrompt.forEach(Answers::close);
  }
}
