package puna.cli.bench;

import java.util.ArrayList;
import java.util.List;

/// What a benchmark measures.
///
/// @param prompts lengths of prompts that are read
/// @param answers lengths of answers that are generated
/// @param depth tokens in the context before an answer
/// @param batches numbers of answers that are generated side by side, each as long as the longest
///   of `answers`, behind nothing
/// @param rounds how often each is measured
record BenchPlan(
    List<Integer> prompts, List<Integer> answers, int depth, List<Integer> batches, int rounds) {
  /// One thing that is measured.
  ///
  /// @param depth tokens in the context before
  /// @param sequences that do it side by side
  record Test(Kind kind, String name, int length, int depth, int sequences) {
    /// Tokens that are read or generated, in all sequences together.
    int tokens() {
      return Math.multiplyExact(length, sequences);
    }
  }

  /// What a test does.
  enum Kind {
    /// Reads a prompt.
    PROMPT,
    /// Generates an answer.
    ANSWER,
    /// Generates several answers side by side.
    BATCH
  }

  /// The tests: `pp512` reads 512 tokens, `tg64@4096` generates 64 behind 4,096, `tg64x16`
  /// generates 16 times 64 side by side.
  List<Test> tests() {
    List<Test> tests = new ArrayList<>();
    prompts.forEach(length -> tests.add(new Test(Kind.PROMPT, "pp" + length, length, 0, 1)));
    String behind = depth > 0 ? "@" + depth : "";
    answers.forEach(
        length -> tests.add(new Test(Kind.ANSWER, "tg" + length + behind, length, depth, 1)));
    batches.forEach(count ->
        tests.add(new Test(Kind.BATCH, "tg" + longest() + "x" + count, longest(), 0, count)));
    return tests;
  }

  private int longest() {
    return answers.stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /// Positions that the longest test needs in one sequence.
  int context() {
    int prompt = prompts.stream().mapToInt(Integer::intValue).max().orElse(0);
    return Math.max(prompt, Math.addExact(depth, longest()));
  }

  /// The most sequences that a test needs.
  int sequences() {
    return batches.stream().mapToInt(Integer::intValue).max().orElse(1);
  }
}
