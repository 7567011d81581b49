package puna;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import puna.chat.ChatEvent;
import puna.chat.ChatMessage;
import puna.chat.tools.ToolCallParser;
import puna.token.Tokenizer;

/// The running answer to a conversation: iterate its events, or ask for the whole message.
///
/// As a [Generation] it runs whether or not anybody reads it, every iterator starts at the
/// beginning, and all methods may be called from any thread.
public final class ChatAnswer implements Iterable<ChatEvent>, AutoCloseable {
  private static final String ID_LETTERS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int ID_LENGTH = 9; // what Mistral's templates demand

  private final Generation generation;
  private final AnswerPlan plan;
  private final Map<Integer, String> marks = new HashMap<>(); // by token
  private final long idSeed = new Random().nextLong();

  ChatAnswer(Generation generation, AnswerPlan plan, Tokenizer tokenizer) {
    this.generation = generation;
    this.plan = plan;
    Set<String> specials = plan.hasTools() ? plan.specialMarks() : Set.of();
    specials.forEach(mark -> marks.put(tokenizer.special(mark).getAsInt(), mark));
  }

  /// The events from the beginning, each as soon as it is known; the last is `Finished`.
  @Override
  public Iterator<ChatEvent> iterator() {
    return new Events();
  }

  /// Hands each event to `consumer` on the calling thread as soon as it is known; returns when the
  /// answer has ended. What the consumer throws cancels the answer.
  public ChatAnswer onEvent(Consumer<ChatEvent> consumer) {
    generation.readWhole(() -> forEach(consumer));
    return this;
  }

  /// The whole message; waits for the end.
  public ChatMessage message() {
    ChatEvent last = null;
    for (ChatEvent event : this) {
      last = event;
    }
    if (last instanceof ChatEvent.Finished(ChatMessage message)) {
      return message;
    }
    throw new IllegalStateException("an answer ends with its message");
  }

  /// The text beside the calls; waits for the end.
  public String text() {
    return message().content();
  }

  /// Why the answer ended; waits for the end.
  public FinishReason finishReason() {
    return generation.finishReason();
  }

  /// The answer as tokens and raw text, calls included.
  public Generation generation() {
    return generation;
  }

  /// Ends the answer after the step that is running.
  public void cancel() {
    generation.cancel();
  }

  /// Cancels the answer if it is still running.
  @Override
  public void close() {
    generation.close();
  }

  /// A fresh id for each call, and the same ones for every reader.
  private static String id(Random random) {
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(ID_LETTERS.charAt(random.nextInt(ID_LETTERS.length())));
    }
    return id.toString();
  }

  private final class Events implements Iterator<ChatEvent> {
    private final Random random = new Random(idSeed);
    private final Optional<ToolCallParser> parser =
        plan.hasTools() ? Optional.of(plan.parser(() -> id(random))) : Optional.empty();
    private final StringBuilder text = new StringBuilder();
    private final Deque<ChatEvent> ready = new ArrayDeque<>();
    private int next;
    private boolean ended;

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && !ended) {
        read();
      }
      return !ready.isEmpty();
    }

    @Override
    public ChatEvent next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the answer has ended");
      }
      return ready.removeFirst();
    }

    private void read() {
      @Nullable GeneratedToken token = generation.token(next);
      next++; // only now: a reader that was interrupted may come back
      if (token == null) {
        ended = true;
        ready.addAll(parser.map(ToolCallParser::finish).orElseGet(this::finished));
        return;
      }
      add(token.text());
      String mark = marks.get(token.id());
      if (mark != null && parser.isPresent()) {
        ready.addAll(parser.get().special(mark));
      }
    }

    private void add(String piece) {
      if (parser.isPresent()) {
        ready.addAll(parser.get().append(piece));
      } else if (!piece.isEmpty()) {
        text.append(piece);
        ready.add(new ChatEvent.TextDelta(piece));
      }
    }

    private List<ChatEvent> finished() {
      return List.of(new ChatEvent.Finished(ChatMessage.assistant(text.toString())));
    }
  }
}
