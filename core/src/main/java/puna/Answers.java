package puna;

import java.util.Iterator;
import java.util.List;
import puna.sample.TokenProbability;

/// Several answers to one prompt, which was read once. Closing closes all of them; each may also be
/// closed on its own.
///
/// @param <A> what each of them is
public final class Answers<A extends Answer<?, ?>> implements Iterable<A>, AutoCloseable {
  private final List<A> answers;
  private final Generation first;

  /// @param first the raw answer behind the first
  Answers(List<A> answers, Generation first) {
    this.answers = List.copyOf(answers);
    this.first = first;
  }

  public int size() {
    return answers.size();
  }

  /// @param number from 0
  /// @throws IndexOutOfBoundsException when there is no such answer
  public A get(int number) {
    return answers.get(number);
  }

  public List<A> list() {
    return answers;
  }

  @Override
  public Iterator<A> iterator() {
    return answers.iterator();
  }

  /// How likely each token of the prompt was, from the second on, where the options ask for that;
  /// waits for the end of the first answer.
  public List<TokenProbability> promptLogProbabilities() {
    return first.promptLogProbabilities();
  }

  /// Cancels the answers that are still running.
  @Override
  public void close() {
    answers.forEach(Answer::close);
  }
}
