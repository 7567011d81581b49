package puna.cli;

import java.util.Optional;

/// Asks the person at the terminal.
@FunctionalInterface
interface Question {
  /// The line that was typed; empty where the input ended.
  ///
  /// @throws StoppedException when the person stopped instead
  Optional<String> ask(String prompt);
}
