package puna;

import java.util.Optional;
import java.util.function.Consumer;
import puna.chat.ChatEvent;
import puna.json.Json;
import puna.json.JsonException;
import puna.json.JsonValue;
import puna.json.PartialJson;
import puna.json.bind.JsonBinding;

/// The running answer that becomes a Java value.
public final class TypedAnswer<T> implements AutoCloseable {
  private final ChatAnswer answer;
  private final Class<T> type;

  TypedAnswer(ChatAnswer answer, Class<T> type) {
    this.answer = answer;
    this.type = type;
  }

  /// The value; waits for the end.
  ///
  /// @throws GenerationException when the answer is cut off before it is complete
  public T value() {
    String text = answer.text();
    try {
      return JsonBinding.read(Json.parse(text, "the answer"), type);
    } catch (JsonException e) {
      throw new GenerationException(
          "the answer is no %s, it ended with %s after %d tokens: %s"
              .formatted(
                  type.getSimpleName(),
                  answer.finishReason(),
                  answer.generation().usage().completionTokens(),
                  e.getMessage()),
          e);
    }
  }

  /// Hands the value so far to `consumer` whenever it has grown, on the calling thread, as JSON:
  /// what is open is closed where it ends, and members appear with their first character. Returns
  /// when the answer has ended. What the consumer throws cancels the answer.
  public TypedAnswer<T> onPartial(Consumer<JsonValue> consumer) {
    answer.generation().readWhole(() -> readPartials(consumer));
    return this;
  }

  private void readPartials(Consumer<JsonValue> consumer) {
    StringBuilder text = new StringBuilder();
    Optional<JsonValue> before = Optional.empty();
    for (ChatEvent event : answer) {
      if (event instanceof ChatEvent.TextDelta(String piece)) {
        Optional<JsonValue> now = PartialJson.read(text.append(piece).toString());
        if (!now.equals(before)) {
          now.ifPresent(consumer);
          before = now;
        }
      }
    }
  }

  /// The answer as text.
  public ChatAnswer answer() {
    return answer;
  }

  @Override
  public void close() {
    answer.close();
  }
}
