package puna;

import puna.json.Json;
import puna.json.JsonException;
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

  /// The answer as text.
  public ChatAnswer answer() {
    return answer;
  }

  @Override
  public void close() {
    answer.close();
  }
}
