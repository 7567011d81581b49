package puna.server.work;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import puna.Answer;
import puna.error.AnswerInterruptedException;

/// What answers that run at the same time generate, one piece after the other.
interface Feed<E> extends AutoCloseable {
  /// Something of one answer: an element, or its end.
  ///
  /// @param answer its number
  /// @param element null at the end of the answer
  /// @param failure that ended it; null where it ended by itself
  record Piece<E>(int answer, @Nullable E element, @Nullable Throwable failure) {
    /// Whether it is the answer's end.
    boolean isEnd() {
      return element == null;
    }
  }

  /// Begins to read. A single answer is read by the thread that asks for it; several are, each by a
  /// thread of its own.
  static <E> Feed<E> of(List<? extends Answer<E, ?>> answers) {
    return answers.size() == 1 ? new Single<>(answers.getFirst()) : new Several<>(answers);
  }

  /// Whether an answer has not ended yet.
  boolean isOpen();

  /// Whether it is not known that something is there to be taken at once.
  boolean isEmpty();

  /// The next piece of any answer; waits for it.
  Piece<E> next();

  /// Cancels what still runs.
  @Override
  void close();

  /// One answer.
  final class Single<E> implements Feed<E> {
    private final Answer<E, ?> answer;
    private final Iterator<E> elements;
    private boolean open = true;

    private Single(Answer<E, ?> answer) {
      this.answer = answer;
      this.elements = answer.iterator();
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public boolean isEmpty() {
      return true;
    }

    @Override
    public Piece<E> next() {
      try {
        if (elements.hasNext()) {
          return new Piece<>(0, elements.next(), null);
        }
        open = false;
        return new Piece<>(0, null, null);
      } catch (RuntimeException | Error e) {
        open = false;
        return new Piece<>(0, null, e);
      }
    }

    @Override
    public void close() {
      answer.cancel();
    }
  }

  /// Several answers, in one queue. An answer keeps what it generated, so the queue holds nothing
  /// that would not be held anyway.
  final class Several<E> implements Feed<E> {
    private final LinkedBlockingQueue<Piece<E>> pieces = new LinkedBlockingQueue<>();
    private final List<? extends Answer<E, ?>> answers;
    private int open;

    private Several(List<? extends Answer<E, ?>> answers) {
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

    @Override
    public boolean isOpen() {
      return open > 0;
    }

    @Override
    public boolean isEmpty() {
      return pieces.isEmpty();
    }

    @Override
    public Piece<E> next() {
      try {
        Piece<E> piece = pieces.take();
        open -= piece.isEnd() ? 1 : 0;
        return piece;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AnswerInterruptedException("interrupted while answers were generated", e);
      }
    }

    @Override
    public void close() {
      answers.forEach(Answer::cancel);
    }
  }
}
