package puna;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import puna.chat.ChatEvent;
import puna.chat.ChatMessage;
import puna.chat.tools.AnswerReader;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonBinding;
import puna.json.JsonType;
import puna.json.JsonValue;
import puna.json.PartialJson;

/// The streaming answer to a conversation: a sequence of [ChatEvent]s that add up to one
/// [ChatMessage].
public final class ChatAnswer extends Answer<ChatEvent, ChatMessage> {
  private static final String ID_LETTERS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int ID_LENGTH = 9; // what Mistral's templates demand

  private final Generation generation;
  private final AnswerPlan plan;
  private final Asked asked;
  private final Map<Integer, String> marks; // by token; those without text
  private final long idSeed = new Random().nextLong();
  private volatile @Nullable Reading whole; // once it has been read to its end

  /// What it is an answer to.
  ///
  /// @param messages of the whole conversation
  /// @param dropped those that were left out of the prompt
  record Asked(
      Llama llama, List<ChatMessage> messages, ChatOptions options, List<ChatMessage> dropped) {}

  /// What reading the whole answer tells.
  ///
  /// @param held text that might have become a call until the answer ended
  /// @param isThinking whether it ended while the model thought
  private record Reading(String held, boolean isThinking, int reasoningTokens) {}

  ChatAnswer(Generation generation, AnswerPlan plan, Asked asked) {
    this.generation = generation;
    this.plan = plan;
    this.asked = asked;
    this.marks = plan.silentMarks();
  }

  Asked asked() {
    return asked;
  }

  /// The events from the beginning, each as soon as it happens; the last is `Finished`.
  @Override
  public Iterator<ChatEvent> iterator() {
    return new Events();
  }

  /// The messages of the conversation that the model did not see, since the context window had no
  /// room for them ([ChatOptions.OnHistoryFull#DROP_MIDDLE]); mostly none. Does not wait.
  public List<ChatMessage> dropped() {
    return asked.dropped();
  }

  /// Passes each piece of text (not of reasoning or tool calls) to `consumer`, on the calling
  /// thread, as it is generated; returns when the answer has ended. An exception of the consumer
  /// cancels the answer and is thrown on.
  public void forEachText(Consumer<String> consumer) {
    forEach(event -> {
      if (event instanceof ChatEvent.TextDelta(String piece)) {
        consumer.accept(piece);
      }
    });
  }

  /// Streams structured output: passes the JSON value so far to `consumer`, on the calling thread,
  /// whenever it has grown. Strings, arrays and objects that are still open are closed where the
  /// text ends, as [PartialJson] does. Returns when the answer has ended. An exception of the
  /// consumer cancels the answer and is thrown on.
  ///
  /// @throws JsonException when the text is not JSON
  public void forEachPartial(Consumer<JsonValue> consumer) {
    PartialJson json = new PartialJson();
    forEachText(piece -> {
      if (json.append(piece)) {
        json.value().ifPresent(consumer);
      }
    });
  }

  /// The complete message, ready to be appended to the conversation; waits for the end.
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

  /// The text of the message, without reasoning and tool calls; waits for the end.
  public String text() {
    return message().text();
  }

  /// The text as a Java value; waits for the end. For answers with the response format of that type
  /// ([ResponseFormat#jsonOf(Type)]).
  ///
  /// @throws IncompleteAnswerException when the text is not such a value, most often because the
  ///   answer was cut short
  /// @throws IllegalArgumentException when the type has no JSON form
  public <T> T as(Class<T> type) {
    return as(type.getSimpleName(), json -> JsonBinding.read(json, type));
  }

  /// The same for a generic type such as `List<Point>`.
  ///
  /// @throws IncompleteAnswerException when the text is not such a value, most often because the
  ///   answer was cut short
  /// @throws IllegalArgumentException when the type has no JSON form
  public <T> T as(JsonType<T> type) {
    return as(type.toString(), json -> JsonBinding.read(json, type));
  }

  private <T> T as(String type, Function<JsonValue, T> binding) {
    String text = text();
    try {
      return binding.apply(Json.parse(text, "the answer"));
    } catch (JsonException e) {
      throw new IncompleteAnswerException(
          "the answer is no %s, it ended with %s after %s tokens: %s"
              .formatted(type, finishReason(), usage().completionTokens(), e.getMessage()),
          text,
          finishReason(),
          e);
    }
  }

  /// What was written of a tool call when the answer was cut short, if it ends inside one; waits
  /// for the end. It is the end of [#text], which knows no half calls.
  public Optional<String> cutCall() {
    if (generation.finishReason() == FinishReason.STOP || !plan.hasTools()) {
      return Optional.empty();
    }
    return Optional.of(reading().held()).filter(text -> !text.isBlank());
  }

  /// The text beside the calls, of an answer that must be whole; waits for the end.
  ///
  /// @throws IncompleteAnswerException when the answer was cut short
  String wholeText() {
    String text = text();
    if (!finishReason().isComplete()) {
      throw new IncompleteAnswerException(
          "the answer is not whole, it ended with %s after %s tokens; ask by chat to read what came"
              .formatted(finishReason(), usage().completionTokens()),
          text,
          finishReason());
    }
    return text;
  }

  /// The same as [#message].
  @Override
  public ChatMessage await() {
    return message();
  }

  @Override
  public FinishReason finishReason() {
    FinishReason reason = generation.finishReason();
    return reason == FinishReason.STOP && plan.isThinking() && reading().isThinking()
        ? FinishReason.REASONING_ONLY
        : reason;
  }

  private Reading reading() {
    Reading known = whole;
    if (known == null) {
      Events events = new Events();
      while (events.hasNext()) {
        events.next();
      }
      known = new Reading(events.held, events.reader.isThinking(), events.reasoning.tokens());
      whole = known;
    }
    return known;
  }

  @Override
  public Usage usage() {
    Usage usage = generation.usage();
    return plan.isThinking() ? usage.withReasoning(reading().reasoningTokens()) : usage;
  }

  @Override
  public Timings timings() {
    return generation.timings(usage());
  }

  @Override
  public PromptProgress promptProgress() {
    return generation.promptProgress();
  }

  @Override
  public boolean isFinished() {
    return generation.isFinished();
  }

  @Override
  public void cancel() {
    generation.cancel();
  }

  /// The raw view of the same answer: its tokens, log-probabilities, and text with tool calls as
  /// the model wrote them.
  public Generation generation() {
    return generation;
  }

  /// The tokens that [#text] is made of, without those of reasoning, tool calls and their marks, to
  /// be taken one by one; `hasNext` and `next` block until there is more.
  public Iterator<GeneratedToken> textTokens() {
    return new TextTokens(generation, plan.reader(() -> ""), marks);
  }

  private static String texts(List<ChatEvent> events) {
    StringBuilder texts = new StringBuilder();
    for (ChatEvent event : events) {
      if (event instanceof ChatEvent.TextDelta(String text)) {
        texts.append(text);
      }
    }
    return texts.toString();
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
    private final AnswerReader reader = plan.reader(() -> id(random));
    private final ReasoningCount reasoning = new ReasoningCount(reader);
    private final Deque<ChatEvent> ready = new ArrayDeque<>();
    private int next;
    private boolean ended;
    private String held = ""; // until the end, because it might have become a call

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
        List<ChatEvent> last = reader.finish();
        held = texts(last);
        ready.addAll(last);
        return;
      }
      ready.addAll(reader.append(token.text()));
      String mark = marks.get(token.id());
      if (mark != null) {
        ready.addAll(reader.special(mark));
      }
      reasoning.add(token);
    }
  }
}
