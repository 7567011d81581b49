package puna;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import puna.AnswerOptions.OnContextFull;
import puna.engine.AnswerToken;
import puna.engine.Engine;
import puna.engine.FakeDecoder;
import puna.engine.ToldTokens;
import puna.error.GenerationException;

/// The engine's thread writes a transcript while readers of its answer read.
class TranscriptInterleavingsTest {
  private final Engine engine = new Engine(new FakeDecoder(16, 4, 4, 4), 16, 1);

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void readersThatWaitGetAllOfTheTextAndItsEnd() {
    Interleavings.explore(() -> twoReadersOf(new Written(transcript())));
    Interleavings.requireFailure(() -> twoReadersOf(Interleavings.shared(new WakesOne())));
    Interleavings.requireFailure(
        () -> twoReadersOf(Interleavings.shared(new LooksBeforeItLocks())));
  }

  @Test
  void textThatComesLateBelongsToTheLastTokenForAll() {
    Interleavings.explore(() -> aReaderOf(new WrittenTokens(transcript())));
    Interleavings.requireFailure(() -> aReaderOf(Interleavings.shared(new TellsAtOnce())));
  }

  @Test
  void aFailureReachesAllWhoWait() {
    Interleavings.explore(() -> twoWaitFor(new Written(transcript())));
    Interleavings.requireFailure(() -> twoWaitFor(Interleavings.shared(new WakesOne())));
  }

  private Transcript transcript() {
    return Interleavings.shared(
        new Transcript(engine, nobody(), new Transcript.Prompt(1, "", OnContextFull.FINISH)));
  }

  /// These transcripts are read without the answer that belongs to them.
  @SuppressWarnings("NullAway")
  private static Generation nobody() {
    return null;
  }

  private static void twoReadersOf(Text text) {
    StringBuilder first = new StringBuilder();
    StringBuilder second = new StringBuilder();
    Thread reader = new Thread(() -> readPieces(text, first));
    Thread other = new Thread(() -> readPieces(text, second));
    reader.start();
    other.start();
    text.write("a");
    text.end();
    Interleavings.join(reader);
    Interleavings.join(other);
    require(first.toString().equals("a"), first);
    require(second.toString().equals("a"), second);
  }

  private static void readPieces(Text text, StringBuilder all) {
    try {
      int number = 0;
      for (String piece = text.piece(number); piece != null; piece = text.piece(++number)) {
        all.append(piece);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a scenario", e);
    }
  }

  private static void aReaderOf(Tokens tokens) {
    List<String> all = new ArrayList<>();
    Thread reader = new Thread(() -> readTokens(tokens, all));
    reader.start();
    tokens.write(ToldTokens.settled(1, "a"));
    tokens.write(ToldTokens.unsettled(2, "b"));
    tokens.end("c");
    Interleavings.join(reader);
    require(all.equals(List.of("a", "bc")), all);
  }

  private static void readTokens(Tokens tokens, List<String> all) {
    try {
      int number = 0;
      for (String text = tokens.text(number); text != null; text = tokens.text(++number)) {
        all.add(text);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a scenario", e);
    }
  }

  private static void twoWaitFor(Text text) {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    Thread reader = new Thread(() -> first.add(failure(text)));
    Thread other = new Thread(() -> second.add(failure(text)));
    reader.start();
    other.start();
    text.fail("torn");
    Interleavings.join(reader);
    Interleavings.join(other);
    require(first.equals(List.of("the answer broke off: torn")), first);
    require(second.equals(first), second);
  }

  private static String failure(Text text) {
    try {
      return "no failure, but " + text.piece(0);
    } catch (GenerationException e) {
      return String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a scenario", e);
    }
  }

  private static void require(boolean condition, Object found) {
    if (!condition) {
      throw new IllegalStateException("found " + found);
    }
  }

  /// Pieces that one thread writes and others read.
  private interface Text {
    void write(String piece);

    void end();

    void fail(String message);

    @Nullable String piece(int number) throws InterruptedException;
  }

  private record Written(Transcript transcript) implements Text {
    @Override
    public void write(String piece) {
      transcript.token(ToldTokens.settled(1, piece));
    }

    @Override
    public void end() {
      transcript.ended("", ToldTokens.outcome());
    }

    @Override
    public void fail(String message) {
      transcript.failed(new IllegalStateException(message));
    }

    @Override
    public @Nullable String piece(int number) throws InterruptedException {
      return transcript.piece(number);
    }
  }

  /// Tokens that one thread writes and another reads.
  private interface Tokens {
    void write(AnswerToken token);

    void end(String rest);

    @Nullable String text(int number) throws InterruptedException;
  }

  private record WrittenTokens(Transcript transcript) implements Tokens {
    @Override
    public void write(AnswerToken token) {
      transcript.token(token);
    }

    @Override
    public void end(String rest) {
      transcript.ended(rest, ToldTokens.outcome());
    }

    @Override
    public @Nullable String text(int number) throws InterruptedException {
      GeneratedToken token = transcript.token(number);
      return token == null ? null : token.text();
    }
  }

  /// Tells a token before all of its text is known.
  private static final class TellsAtOnce implements Tokens {
    private final WakesOne tokens = new WakesOne();

    @Override
    public void write(AnswerToken token) {
      tokens.write(token.text());
    }

    @Override
    public void end(String rest) {
      tokens.change(() -> {
        tokens.pieces.add(tokens.pieces.removeLast() + rest);
        tokens.ended = true;
      });
    }

    @Override
    public @Nullable String text(int number) throws InterruptedException {
      return tokens.piece(number);
    }
  }

  /// Wakes one reader where it has to wake all.
  private static class WakesOne implements Text {
    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();
    final List<String> pieces = new ArrayList<>();
    boolean ended;
    @Nullable String failure;

    @Override
    public final void write(String piece) {
      change(() -> pieces.add(piece));
    }

    @Override
    public final void end() {
      change(() -> ended = true);
    }

    @Override
    public final void fail(String message) {
      change(() -> failure = "the answer broke off: " + message);
    }

    final void change(Runnable change) {
      lock.lock();
      try {
        change.run();
        wake();
      } finally {
        lock.unlock();
      }
    }

    void wake() {
      changed.signal();
    }

    @Override
    public @Nullable String piece(int number) throws InterruptedException {
      lock.lock();
      try {
        while (number >= pieces.size() && !ended && failure == null) {
          changed.await();
        }
        if (failure != null) {
          throw new GenerationException(failure);
        }
        return number < pieces.size() ? pieces.get(number) : null;
      } finally {
        lock.unlock();
      }
    }
  }

  /// Decides whether to wait before it has the lock.
  @SuppressWarnings("WaitNotInLoop") // the mistake
  private static final class LooksBeforeItLocks extends WakesOne {
    @Override
    void wake() {
      changed.signalAll();
    }

    @Override
    public @Nullable String piece(int number) throws InterruptedException {
      boolean waits = number >= pieces.size() && !ended;
      lock.lock();
      try {
        if (waits) {
          changed.await();
        }
        return number < pieces.size() ? pieces.get(number) : null;
      } finally {
        lock.unlock();
      }
    }
  }
}
