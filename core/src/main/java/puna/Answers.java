package puna;

import java.util.Iterator;
import java.util.List;
import puna.sample.TokenProbability;

/// Several answers to one prompt, which was processed once. [#close] closes all of them; each can
/// also be closed on its own.
///
/// @param <A> the type of each answer
public final class Answers<A extends Answer<?, ?>> implements Iterable<A>, AutoCloseable {
  private final List<A> answers;
  private final Generation first;

  /// @param first the raw answer behind the first
  Answers(List<A> answers, Generation first) {
    this.answers = List.copyOf(answers);
    this.first = first;
  }

  /// The number of answers, as it was asked for.
  public int size() {
    return answers.size();
  }

  /// One of the answers.
  ///
  /// @param number counted from 0
  /// @throws IndexOutOfBoundsException when there is no such answer
  public A get(int number) {
    return answers.get(number);
  }

  /// All answers, in order; unmodifiable.
  public List<A> list() {
    return answers;
  }

  @Override
  public Iterator<A> iterator() {
    return answers.iterator();
  }

  /// The log-probabilities of the prompt's tokens, from the second on; empty unless the options ask
  /// for them. Waits for the first answer's first token, or its end.
  public List<TokenProbability> promptLogProbabilities() {
    return first.promptLogProbabilities();
  }

  /// Cancels the answers that are still running.
  @Override
  public void close() {
    answers.forEach(Answer::close);
  }
}
