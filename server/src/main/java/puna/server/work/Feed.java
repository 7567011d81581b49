package puna.server.work;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import puna.Answer;
import puna.error.AnswerInterruptedException;

/// What answers that run at the same time generate, in one queue, so that one thread can wait for
/// all of them and for other things as well. An answer keeps what it generated, so the queue holds
/// nothing that would not be held anyway.
public final class Feed<E> implements AutoCloseable {
  private final LinkedBlockingQueue<Piece<E>> pieces = new LinkedBlockingQueue<>();
  private final List<? extends Answer<E, ?>> answers;
  private int open;

  /// Something of one answer: an element, or its end.
  ///
  /// @param answer its number
  /// @param element null at the end of the answer
  /// @param failure that ended it; null where it ended by itself
  public record Piece<E>(int answer, @Nullable E element, @Nullable Throwable failure) {
    /// Whether it is the answer's end.
    public boolean isEnd() {
      return element == null;
    }
  }

  /// Begins to read.
  public Feed(List<? extends Answer<E, ?>> answers) {
    this.answers = answers;
    this.open = answers.size();
    for (int i = 0; i < answers.size(); i++) {
      int number = i;
      Answer<E, ?> answer = answers.get(i);
      Thread _ = Thread.ofVirtual().name("puna-feed").start(() -> read(number, answer));
    }
  }

  private void read(int number, Answer<E, ?> answer) {
    Throwable failure = null;
    try {
      for (E element : answer) {
        pieces.add(new Piece<>(number, element, null));
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    pieces.add(new Piece<>(number, null, failure));
  }

  /// Whether an answer has not ended yet.
  public boolean isOpen() {
    return open > 0;
  }

  /// Whether nothing is there to be taken at once.
  public boolean isEmpty() {
    return pieces.isEmpty();
  }

  /// The next piece of any answer; null when none comes in that time.
  public @Nullable Piece<E> next(Duration wait) {
    try {
      Piece<E> piece = pieces.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
      open -= piece != null && piece.isEnd() ? 1 : 0;
      return piece;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AnswerInterruptedException("interrupted while answers were generated", e);
    }
  }

  /// Cancels what still runs.
  @Override
  public void close() {
    answers.forEach(Answer::cancel);
  }
}
