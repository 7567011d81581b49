package puna.cli;

import java.io.PrintStream;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import puna.chat.ToolCall;
import puna.cli.command.Text;
import puna.json.Json;

/// Asks a person whether a call may be made. What the model and the server wrote is shown so that
/// it steers no terminal.
final class CallQuestion {
  private static final String PROMPT = "Run it? y (yes), n (no, and why), a (always): ";

  private final PrintStream notes;
  private final Default otherwise;
  private final Optional<Question> question;
  private final Set<String> always = new HashSet<>();

  /// What happens to calls that nobody has decided about.
  enum Default {
    ASK,
    APPROVE
  }

  /// @param question empty where nobody can be asked
  CallQuestion(PrintStream notes, Default otherwise, Optional<Question> question) {
    this.notes = notes;
    this.otherwise = otherwise;
    this.question = question;
  }

  /// What is known of a tool beside its name.
  ///
  /// @param does to the world, in words
  record About(String title, String does, String origin) {}

  /// Why the call is refused, in words for the model; empty if it may be made.
  Optional<String> refusal(ToolCall call, About about) {
    if (otherwise == Default.APPROVE || always.contains(call.name())) {
      return Optional.empty();
    }
    if (question.isEmpty()) {
      notes.println(
          "puna: a call of %s is refused, for nobody can be asked; --yes lets tools run"
              .formatted(Text.escaped(call.name())));
      return Optional.of("nobody is there who could allow this call");
    }
    show(call, about);
    while (true) {
      Optional<String> line = question.get().ask(PROMPT);
      String answer = line.orElse("n").strip();
      int space = answer.indexOf(' ');
      String word = (space < 0 ? answer : answer.substring(0, space)).toLowerCase(Locale.ROOT);
      String rest = space < 0 ? "" : answer.substring(space).strip();
      switch (word) {
        case "y", "yes" -> {
          return Optional.empty();
        }
        case "a", "always" -> {
          always.add(call.name());
          return Optional.empty();
        }
        case "n", "no" -> {
          return Optional.of(rest.isEmpty() ? "the user does not want this call" : rest);
        }
        default -> notes.println("Type y, n, a, or n with a reason, such as: n not that folder");
      }
    }
  }

  private void show(ToolCall call, About about) {
    StringBuilder line = new StringBuilder("The model wants to call ");
    line.append(Text.escaped(call.name()));
    if (!about.title().equals(call.name())) {
      line.append(" (").append(Text.oneLine(about.title())).append(')');
    }
    if (!about.origin().isEmpty()) {
      line.append(" of ").append(Text.oneLine(about.origin()));
    }
    notes.println(line.append(", which ").append(about.does()).append(", with"));
    notes.println("  " + Text.escaped(Json.write(call.arguments())));
  }
}
