package puna.cli;

import java.util.List;

/// What a benchmark measures.
///
/// @param prompts lengths of prompts that are read
/// @param answers lengths of answers that are generated
/// @param depth tokens in the context before an answer
/// @param rounds how often each is measured
record BenchPlan(List<Integer> prompts, List<Integer> answers, int depth, int rounds) {
  /// Positions that the longest test needs.
  int context() {
    int prompt = prompts.stream().mapToInt(Integer::intValue).max().orElse(0);
    int answer = answers.stream().mapToInt(Integer::intValue).max().orElse(0);
    return Math.max(prompt, Math.addExact(depth, answer));
  }
}
