package puna.cli;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// What a user may have meant by a command line that is none.
final class Mistakes {
  private static final int MOST_SUGGESTIONS = 2;

  private Mistakes() {}

  /// The mistake in Puna's words, where they are better than picocli's.
  static Optional<String> message(ParameterException failure) {
    return unknownCommand(failure).map(name -> "there is no command '" + name + "'");
  }

  /// What differs from the mistake in few letters.
  static List<String> meant(ParameterException failure) {
    Optional<String> command = unknownCommand(failure);
    if (command.isPresent()) {
      return nearest(command.get(), root(failure).getSubcommands().keySet()).stream()
          .map(name -> "puna " + name)
          .toList();
    }
    return unknownOption(failure)
        .map(option -> option.replaceFirst("=.*", ""))
        .map(option ->
            nearest(option, failure.getCommandLine().getCommandSpec().optionsMap().keySet()))
        .orElse(List.of());
  }

  /// Whether an argument that is taken for options could be text of the user's.
  static boolean isTextWithDash(ParameterException failure) {
    return unknownOption(failure).isPresent()
        && !failure.getCommandLine().getCommandSpec().positionalParameters().isEmpty();
  }

  private static Optional<String> unknownCommand(ParameterException failure) {
    boolean isOfRoot = failure.getCommandLine().getParent() == null;
    return unmatched(failure)
        .or(() -> unknownToHelp(failure))
        .filter(name -> isOfRoot && !name.startsWith("-"));
  }

  /// `puna help NAME` has its own way to say it.
  private static Optional<String> unknownToHelp(ParameterException failure) {
    return Optional.ofNullable(failure.getValue())
        .filter(_ -> String.valueOf(failure.getMessage()).startsWith("Unknown subcommand"));
  }

  private static Optional<String> unknownOption(ParameterException failure) {
    return unmatched(failure).filter(argument -> argument.startsWith("-"));
  }

  private static Optional<String> unmatched(ParameterException failure) {
    return failure instanceof UnmatchedArgumentException unmatched
        ? unmatched.getUnmatched().stream().findFirst()
        : Optional.empty();
  }

  private static CommandLine root(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    while (command.getParent() != null) {
      command = command.getParent();
    }
    return command;
  }

  /// Those of `names` that differ least, in at most a third of their letters.
  static List<String> nearest(String word, Collection<String> names) {
    int least =
        names.stream().mapToInt(name -> distance(word, name)).min().orElse(Integer.MAX_VALUE);
    Stream<String> near = names.stream().filter(name -> distance(word, name) == least);
    return near.filter(name -> least <= letters(name) / 3).limit(MOST_SUGGESTIONS).toList();
  }

  private static long letters(String name) {
    return name.chars().filter(Character::isLetter).count();
  }

  /// How many letters must be put in, left out or replaced to make `to` of `from`, or swapped with
  /// the next: the distance of Damerau and Levenshtein, optimal string alignment.
  static int distance(String from, String to) {
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int change = cost[i - 1][j - 1] + (same ? 0 : 1);
        cost[i][j] = Math.min(change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[from.length()][to.length()];
  }
}
