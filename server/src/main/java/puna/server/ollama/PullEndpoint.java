package puna.server.ollama;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import puna.error.ModelNotFoundException;
import puna.json.JsonValue.JsonObject;
import puna.server.wire.Call;
import puna.server.wire.Endpoint;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.Fields;
import puna.server.wire.StreamedReply;

/// `POST /api/pull`: fetches a model of the hub where clients may do that. A model that is served
/// and that the hub does not have has been pulled already.
final class PullEndpoint implements Endpoint {
  private static final int MOST_AT_ONCE = 4;

  private final ModelShelf shelf;
  private final Optional<FetchedModels> fetched;
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);

  PullEndpoint(ModelShelf shelf, Optional<FetchedModels> fetched) {
    this.shelf = shelf;
    this.fetched = fetched;
  }

  /// What hears of the steps.
  interface Lines {
    /// One of them.
    void line(JsonObject line);
  }

  @Override
  public void serve(Call call, String rest) {
    Fields request = Asked.fields(call);
    String name = Asked.model(request);
    if (!Asked.streams(request)) {
      pull(call, name, _ -> {});
      call.reply(200, status("success"));
      return;
    }
    StreamedReply.run(
        call,
        "application/x-ndjson",
        reply -> {
          reply.line(status("pulling manifest"));
          reply.flush();
          pull(
              call,
              name,
              line -> {
                reply.line(line);
                reply.flush();
              });
          reply.line(status("success"));
        },
        (reply, failure) -> reply.line(Ollama.error(failure.getMessage())));
  }

  private void pull(Call call, String name, Lines lines) {
    Optional<String> reference = fetched.flatMap(_ -> FetchedModels.reference(name));
    if (fetched.isEmpty() || reference.isEmpty()) {
      requireThere(name);
      return;
    }
    if (!places.tryAcquire()) {
      throw Failure.of(Kind.BUSY, "server busy: %s models are being pulled".formatted(MOST_AT_ONCE))
          .retryAfter(10);
    }
    try {
      new PullRun(call, lines).run(fetched.get(), reference.get());
    } catch (ModelNotFoundException e) {
      throw ModelShelf.missing("pull model manifest: " + e.getMessage());
    } finally {
      places.release();
    }
    lines.line(status("verifying sha256 digest"));
    lines.line(status("writing manifest"));
  }

  private void requireThere(String name) {
    if (shelf.models().find(name).isEmpty()) {
      String rule =
          fetched.isPresent()
              ? "this server pulls models of hf.co alone: hf.co/USER/REPOSITORY:QUANT"
              : "this server pulls no models";
      throw ModelShelf.missing("pull model manifest: %s: %s".formatted(name, rule));
    }
  }

  static JsonObject status(String text) {
    return JsonObject.builder().put("status", text).build();
  }
}
