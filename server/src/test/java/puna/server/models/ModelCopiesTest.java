package puna.server.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;

/// Several names of one model.
@Timeout(600)
class ModelCopiesTest {
  private static final ModelSource FILE = ModelSource.named("smollm2-135m");
  private static final LlamaOptions SMALL = LlamaOptions.defaults().withContextLength(128);

  private static Models models(Models.Settings settings) {
    return new Models(List.of(ServedModel.of("a", FILE, SMALL)), settings);
  }

  private static ServedModel find(Models models, String name) {
    return models.find(name).orElseThrow();
  }

  private static ModelLease lease(Models models, String name) {
    return models.lease(find(models, name), () -> {});
  }

  private static List<String> loaded(Models models) {
    return models.loaded().stream().map(loaded -> loaded.model().id()).toList();
  }

  @Test
  void areLoadedOnce() {
    try (Models models = models(Models.Settings.defaults())) {
      assertThat(models.copy(find(models, "a"), "b")).isTrue();
      assertThat(models.copy(find(models, "b"), "c")).isTrue();
      assertThat(models.copy(find(models, "a"), "b")).isFalse();
      try (ModelLease a = lease(models, "a");
          ModelLease c = lease(models, "c")) {
        assertThat(c.llama()).isSameAs(a.llama());
        assertThat(c.model().id()).isEqualTo("c");
        assertThat(models.isLoaded(find(models, "b"))).isTrue();
        assertThat(loaded(models)).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(models.loaded()).allMatch(one -> one.users() == 2);
        assertThat(models.unload(find(models, "b"))).isFalse();
      }
      assertThat(models.unload(find(models, "b"))).isTrue();
      assertThat(models.loaded()).isEmpty();
    }
  }

  @Test
  void countOnceWhereMemoryIsShort() {
    long bytes = Llama.plan(FILE, SMALL).totalBytes();
    Models.Settings one = new Models.Settings(OptionalLong.of(bytes), Models.Settings.FOREVER);
    try (Models models = models(one)) {
      assertThat(models.copy(find(models, "a"), "b")).isTrue();
      try (ModelLease a = lease(models, "a");
          ModelLease b = lease(models, "b")) {
        assertThat(b.llama()).isSameAs(a.llama());
      }
    }
  }

  @Test
  void goOneByOne() {
    try (Models models = models(Models.Settings.defaults())) {
      assertThat(models.copy(find(models, "a"), "b")).isTrue();
      Llama llama;
      try (ModelLease a = lease(models, "a")) {
        llama = a.llama();
        assertThat(models.remove("a")).isTrue();
        assertThat(models.remove("a")).isFalse();
        a.keepAlive(Duration.ofHours(1));
      }
      assertThat(models.find("a")).isEmpty();
      assertThat(loaded(models)).containsExactly("b");
      try (ModelLease b = lease(models, "b")) {
        assertThat(b.llama()).isSameAs(llama);
        assertThat(models.remove("b")).isTrue();
        assertThat(models.list()).isEmpty();
        assertThat(llama.activity().running()).isZero(); // it is open as long as it is used
      }
      assertThat(models.loaded()).isEmpty();
    }
  }

  @Test
  void ofWhatWasJustRemovedAreLoadedAnew() {
    try (Models models = models(Models.Settings.defaults())) {
      ServedModel a = find(models, "a");
      assertThat(models.remove("a")).isTrue();
      assertThat(models.copy(a, "b")).isTrue();
      try (ModelLease b = lease(models, "b")) {
        assertThat(b.llama().info().context()).isEqualTo(128);
      }
    }
  }
}
