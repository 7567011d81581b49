package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Function;
import puna.chat.ChatEvent;
import puna.error.AnswerException;
import puna.error.ContextFullException;
import puna.error.JsonException;
import puna.json.JsonValue;
import puna.json.PartialJson;
import puna.sample.TokenProbability;

/// All that streams out of one answer, by every way to hear it, from the beginning to the end.
record AnswerViews(
    Heard<String> pieces,
    Heard<GeneratedToken> tokens,
    Heard<ChatEvent> events,
    Heard<JsonValue> partials) {

  /// What one reader heard.
  ///
  /// @param brokenBy what was thrown instead of the end
  record Heard<T>(List<T> parts, Optional<Class<?>> brokenBy) {
    static <T> Heard<T> of(Consumer<Consumer<T>> reading) {
      List<T> parts = new ArrayList<>();
      try {
        reading.accept(parts::add);
        return new Heard<>(parts, Optional.empty());
      } catch (AnswerException | ContextFullException | JsonException e) {
        return new Heard<>(parts, Optional.of(e.getClass()));
      }
    }

    String text(Function<T, String> text) {
      return String.join("", parts.stream().map(text).toList());
    }
  }

  /// By callbacks, as it comes.
  static AnswerViews hear(ChatAnswer answer) {
    Generation generation = answer.generation();
    return new AnswerViews(
        Heard.<String>of(generation::forEach),
        Heard.of(generation::forEachToken),
        Heard.<ChatEvent>of(answer::forEach),
        Heard.of(answer::forEachPartial));
  }

  String text() {
    return pieces.text(Function.identity());
  }

  /// The text beside the calls.
  String deltas() {
    return events.text(event -> event instanceof ChatEvent.TextDelta(String text) ? text : "");
  }

  /// Checks these views with each other, and with those that wait for the end.
  ///
  /// @param echo what the text begins with before the answer's own
  void requireAgreement(ChatAnswer answer, String echo) {
    Generation generation = answer.generation();
    assertThat(Heard.<String>of(generation::forEach)).isEqualTo(pieces);
    assertThat(Heard.<ChatEvent>of(answer::forEach)).isEqualTo(events);
    assertThat(pieces.parts()).doesNotContain("");
    assertThat(echo + tokens.text(GeneratedToken::text)).isEqualTo(text());
    assertThat(tokens.brokenBy()).isEqualTo(pieces.brokenBy());
    assertThat(events.brokenBy()).isEqualTo(pieces.brokenBy());
    if (isJson()) {
      assertThat(partials.brokenBy()).isEqualTo(pieces.brokenBy());
    }
    if (pieces.brokenBy().isPresent()) {
      requireBroken(answer, pieces.brokenBy().get());
    } else {
      requireWhole(answer);
    }
  }

  private void requireWhole(ChatAnswer answer) {
    Generation generation = answer.generation();
    assertThat(generation.text()).isEqualTo(text());
    assertThat(generation.tokens())
        .isEqualTo(tokens.parts().stream().mapToInt(GeneratedToken::id).toArray());
    assertThat(generation.usage().completionTokens()).isEqualTo(tokens.parts().size());
    assertThat(generation.usage()).isEqualTo(generation.timings().usage());
    List<TokenProbability> likely =
        tokens.parts().stream().flatMap(token -> token.probability().stream()).toList();
    assertThat(generation.logProbabilities()).isEqualTo(likely);
    assertThat(likely.size()).isIn(0, tokens.parts().size());
    assertThat(answer.text()).isEqualTo(deltas()).isEqualTo(answer.message().text());
    assertThat(events.parts().getLast()).isEqualTo(new ChatEvent.Finished(answer.message()));
    assertThat(answer.stream().toList()).isEqualTo(events.parts());
    assertThat(generation.stream().toList()).isEqualTo(pieces.parts());
    assertThat(published(answer)).isEqualTo(events.parts());
    assertThat(published(generation)).isEqualTo(pieces.parts());
    assertThat(answer.toCompletableFuture().join()).isEqualTo(answer.message());
    assertThat(generation.toCompletableFuture().join()).isEqualTo(text());
    if (isJson()) {
      PartialJson.read(answer.text())
          .ifPresent(value -> assertThat(partials.parts()).endsWith(value));
    }
  }

  /// What a subscriber gets that asks for all at once.
  private static <E> List<E> published(Answer<E, ?> answer) {
    List<E> elements = new ArrayList<>();
    CompletableFuture<List<E>> all = new CompletableFuture<>();
    answer
        .publisher()
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
              }

              @Override
              public void onNext(E element) {
                elements.add(element);
              }

              @Override
              public void onError(Throwable failure) {
                all.completeExceptionally(failure);
              }

              @Override
              public void onComplete() {
                all.complete(elements);
              }
            });
    return all.join();
  }

  /// So far, at least.
  private boolean isJson() {
    return !partials.brokenBy().equals(Optional.of(JsonException.class));
  }

  private static void requireBroken(ChatAnswer answer, Class<?> by) {
    Generation generation = answer.generation();
    assertThatThrownBy(generation::text).isInstanceOf(by);
    assertThatThrownBy(generation::tokens).isInstanceOf(by);
    assertThatThrownBy(generation::usage).isInstanceOf(by);
    assertThatThrownBy(generation::logProbabilities).isInstanceOf(by);
    assertThatThrownBy(answer::text).isInstanceOf(by);
    assertThatThrownBy(answer::finishReason).isInstanceOf(by);
  }
}
