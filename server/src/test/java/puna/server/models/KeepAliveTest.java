package puna.server.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.LlamaOptions;
import puna.ModelSource;

/// How long a model stays whose requests, answered at the same time, want different things.
@Timeout(600)
class KeepAliveTest {
  private static final ServedModel MODEL =
      ServedModel.of(
          "a", ModelSource.named("smollm2-135m"), LlamaOptions.defaults().withContextLength(128));

  private static Models models() {
    return new Models(List.of(MODEL), Models.Settings.defaults());
  }

  private static ModelLease lease(Models models) {
    return models.lease(MODEL, () -> {});
  }

  @Test
  void isUnloadedAfterTheLastAnswerWhereOneAskedForThatMeanwhile() {
    try (Models models = models()) {
      try (ModelLease _ = lease(models)) { // says nothing, and answers longest
        try (ModelLease unloading = lease(models)) {
          unloading.keepAlive(Duration.ZERO);
        }
        assertThat(models.isLoaded(MODEL)).isTrue();
      }
      assertThat(models.isLoaded(MODEL)).isFalse();
    }
  }

  @Test
  void staysAsTheLatestOfThemSaid() {
    try (Models models = models()) {
      try (ModelLease first = lease(models)) {
        first.keepAlive(Duration.ZERO);
        try (ModelLease second = lease(models)) {
          second.keepAlive(Duration.ofMinutes(1));
        }
      }
      assertThat(models.loaded().getFirst().expires()).isPresent();
    }
  }

  @Test
  void staysByTheDefaultAgainWhereTheNextOneSaysNothing() {
    try (Models models = models()) {
      try (ModelLease first = lease(models)) {
        first.keepAlive(Duration.ofMinutes(1));
      }
      assertThat(models.loaded().getFirst().expires()).isPresent();
      lease(models).close();
      assertThat(models.loaded().getFirst().expires()).isEmpty();
    }
  }
}
