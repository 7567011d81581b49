package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/// What is done between two steps.
class JobsTest {
  private final Jobs jobs = new Jobs();
  private final List<String> done = new ArrayList<>();

  @Test
  void areDoneInTheirOrder() {
    assertThat(jobs.isEmpty()).isTrue();
    jobs.add(job("first"));
    jobs.add(job("second"));
    assertThat(jobs.isEmpty()).isFalse();
    jobs.run();
    assertThat(done).containsExactly("first", "second");
    assertThat(jobs.isEmpty()).isTrue();
  }

  @Test
  void whatComesMeanwhileWaitsForTheNextTime() {
    jobs.add(
        new FutureTask<>(() -> {
          jobs.add(job("later"));
          return done.add("now");
        }));
    jobs.run();
    assertThat(done).containsExactly("now");
    jobs.run();
    assertThat(done).containsExactly("now", "later");
  }

  @Test
  void oneThatFailsTellsWhoeverWaitsAndTheOthersAreDone() {
    FutureTask<Boolean> failing =
        new FutureTask<>(() -> {
          throw new IllegalStateException("no room");
        });
    jobs.add(failing);
    jobs.add(job("other"));
    jobs.run();
    assertThat(done).containsExactly("other");
    assertThatThrownBy(failing::get)
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("no room");
  }

  @Test
  void allThatWaitAreCancelled() {
    FutureTask<Boolean> first = job("first");
    FutureTask<Boolean> second = job("second");
    jobs.add(first);
    jobs.add(second);
    jobs.cancelAll();
    assertThat(first.isCancelled()).isTrue();
    assertThat(second.isCancelled()).isTrue();
    assertThat(jobs.isEmpty()).isTrue();
    jobs.run();
    assertThat(done).isEmpty();
  }

  private FutureTask<Boolean> job(String name) {
    return new FutureTask<>(() -> done.add(name));
  }
}
