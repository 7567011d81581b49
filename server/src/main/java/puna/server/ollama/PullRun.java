package puna.server.ollama;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import puna.PullProgress;
import puna.error.ModelInterruptedException;
import puna.json.JsonValue.JsonObject;
import puna.server.wire.Call;
import puna.server.wire.Failure;

/// One pull for one client, on a thread of its own: this one looks after the client. When the
/// client has gone, or the server is being stopped, the pull is cancelled; what has come is kept,
/// and whoever else waits for the same model goes on with it.
final class PullRun {
  private static final int TICK_MILLIS = 200;
  private static final int DIGEST_SHOWN = 12;

  private final Call call;
  private final PullEndpoint.Lines lines;
  private final Map<String, Step> news = new LinkedHashMap<>(); // by file, under its own lock
  private final Map<String, Step> told = new LinkedHashMap<>();

  /// How far a file has come.
  private record Step(String file, Optional<String> sha256, long bytes, long total) {
    JsonObject line() {
      String shown = sha256.map(hash -> hash.substring(0, DIGEST_SHOWN)).orElse(file);
      JsonObject.Builder line = JsonObject.builder().put("status", "pulling " + shown);
      sha256.ifPresent(hash -> line.put("digest", "sha256:" + hash));
      return line.put("total", total).put("completed", bytes).build();
    }
  }

  PullRun(Call call, PullEndpoint.Lines lines) {
    this.call = call;
    this.lines = lines;
  }

  void run(FetchedModels models, String reference) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread worker =
        Thread.ofPlatform()
            .daemon()
            .name("puna-pull")
            .start(() -> {
              try {
                models.pull(reference, this::hear);
                done.complete(null);
              } catch (RuntimeException | Error e) { // whatever it is, the client is told
                done.completeExceptionally(e);
              }
            });
    try {
      await(done);
      tell();
    } finally {
      worker.interrupt(); // where it still runs, nobody waits for it
    }
  }

  private void await(CompletableFuture<Void> done) {
    while (true) {
      try {
        done.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        call.requirePresent();
        if (call.isStopping()) {
          throw Failure.stopping();
        }
        tell();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ModelInterruptedException("interrupted while a model was being pulled", e);
      }
    }
  }

  /// Keeps the latest of each file; its bytes only grow, though a download may begin again.
  private void hear(PullProgress progress) {
    Step step =
        new Step(
            progress.file(), progress.fileSha256(), progress.fileBytes(), progress.fileTotal());
    synchronized (news) {
      news.merge(step.file, step, (old, now) -> now.bytes > old.bytes ? now : old);
    }
  }

  private void tell() {
    List<Step> steps;
    synchronized (news) {
      steps = new ArrayList<>(news.values());
    }
    for (Step step : steps) {
      if (!step.equals(told.put(step.file, step))) {
        lines.line(step.line());
      }
    }
  }
}
