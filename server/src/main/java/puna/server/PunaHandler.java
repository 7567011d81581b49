package puna.server;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import puna.ModelLibrary;
import puna.server.ServerOptions.Pulls;
import puna.server.ServerOptions.Visibility;
import puna.server.anthropic.AnthropicRoutes;
import puna.server.describe.OpenApiDocument;
import puna.server.exchange.Exchange;
import puna.server.exchange.Headers;
import puna.server.exchange.Request;
import puna.server.guard.Doorway;
import puna.server.guard.KeyHolder;
import puna.server.guard.Keys;
import puna.server.guard.Origins;
import puna.server.llamaserver.LlamaServerRoutes;
import puna.server.llamaserver.Slots;
import puna.server.models.LoadedModel;
import puna.server.models.Models;
import puna.server.ollama.OllamaRoutes;
import puna.server.openai.OpenAi;
import puna.server.openai.OpenAiRoutes;
import puna.server.page.ChatPage;
import puna.server.watch.AccessLog;
import puna.server.watch.FlightRecords;
import puna.server.watch.GenAiMetrics;
import puna.server.watch.LlamaCppMetrics;
import puna.server.watch.Metrics;
import puna.server.wire.AbandonedException;
import puna.server.wire.Call;
import puna.server.wire.CallListener;
import puna.server.wire.Dialect;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.Failures;
import puna.server.wire.Ids;
import puna.server.wire.Route;
import puna.server.wire.Router;
import puna.server.work.ModelDesk;

/// All routes of the server: what answers an HTTP request, whichever web server received it.
///
/// Mount it by an [Exchange] for each request, on a thread that may block. Thread-safe.
public final class PunaHandler {
  private static final Logger LOG = System.getLogger("puna.server");

  private static final int DEFAULT_SLOTS = 16;

  /// What would fail again at once.
  private static final Set<Kind> LASTING =
      Set.of(Kind.INTERNAL, Kind.NOT_SUPPORTED, Kind.NO_STORAGE);

  /// Statuses of requests whose target or headers are.
  private static final Set<Integer> TOO_LARGE = Set.of(413, 414, 431);

  private final Router router;
  private final Dialects dialects;
  private final Origins origins;
  private final Keys keys;
  private final Doorway doorway;
  private final ServerOptions options;
  private final Ids ids = new Ids();
  private final List<CallListener> listeners;

  /// @param models that requests may name; not closed by this
  public PunaHandler(Models models, ServerOptions options) {
    this.options = requireNonNull(options, "options");
    this.origins = new Origins(options.hosts(), options.corsOrigins());
    this.keys = new Keys(options.keys());
    this.doorway = new Doorway(options.maxRequests());
    Slots slots = new Slots(slots(models));
    Metrics metrics = new Metrics();
    List<CallListener> all = new ArrayList<>();
    all.add(new AccessLog(options.accessLog()));
    all.add(new FlightRecords());
    all.add(slots);
    all.add(new GenAiMetrics(metrics));
    all.add(new LlamaCppMetrics(metrics, sources(slots, models)));
    options.listeners().forEach(listener -> all.add(new ToldCalls(listener)));
    this.listeners = List.copyOf(all);
    List<Route> routes = new ArrayList<>();
    ModelDesk desk = new ModelDesk(models);
    routes.addAll(OpenAiRoutes.of(desk, ids, Clock.systemUTC()));
    routes.addAll(OllamaRoutes.of(desk, Clock.systemUTC(), library(options)));
    routes.addAll(AnthropicRoutes.of(desk, ids));
    routes.addAll(LlamaServerRoutes.of(desk, insight(slots, metrics, options)));
    if (options.page() == Visibility.SHOWN) {
      offerPage(routes);
    }
    routes.add(new Route("GET", "/openapi.json", new OpenAi(), new OpenApiDocument(routes)));
    this.router = new Router(routes);
    this.dialects = new Dialects();
  }

  /// Browsers are shown the page where others are told that the server runs.
  private static void offerPage(List<Route> routes) {
    Route root =
        routes.stream().filter(route -> route.path().equals("/")).findFirst().orElseThrow();
    routes.remove(root);
    routes.addAll(ChatPage.load().routes(root.dialect(), root.endpoint()));
  }

  private static Optional<ModelLibrary> library(ServerOptions options) {
    return options.pulls() == Pulls.ALLOWED
        ? Optional.of(ModelLibrary.standard())
        : Optional.empty();
  }

  private static LlamaServerRoutes.Insight insight(
      Slots slots, Metrics metrics, ServerOptions options) {
    return new LlamaServerRoutes.Insight(
        slots,
        options.slots() == Visibility.SHOWN,
        options.metrics() == Visibility.SHOWN ? Optional.of(metrics) : Optional.empty(),
        options.slotFolder());
  }

  /// As many as the first model answers at a time.
  private static int slots(Models models) {
    return models.list().stream()
        .findFirst()
        .flatMap(model -> model.options().maxConcurrent().stream().boxed().findFirst())
        .orElse(DEFAULT_SLOTS);
  }

  private static LlamaCppMetrics.Sources sources(Slots slots, Models models) {
    return new LlamaCppMetrics.Sources(
        slots::processing,
        slots::deferred,
        () ->
            models.loaded().stream()
                .map(LoadedModel::llama)
                .distinct()
                .mapToLong(llama -> llama.activity().steps())
                .sum());
  }

  /// Answers a request. Returns when the answer is sent, or the client has gone.
  ///
  /// @throws IOException when the client has gone before the answer began
  public void handle(Exchange exchange) throws IOException {
    long start = System.nanoTime();
    Request request = exchange.request();
    Optional<Router.Match> match = router.find(request.method(), request.path());
    Dialect dialect = dialects.of(request, match.map(Router.Match::route));
    Optional<KeyHolder> key = keys.find(request.headers());
    String id = ids.next("req_");
    Call call = call(exchange, dialect, key, id);
    match.ifPresent(found -> call.record().endpoint(found.route().path()));
    listeners.forEach(listener -> listener.began(call));
    try {
      serve(call, match, key);
    } catch (AbandonedException e) {
      LOG.log(Level.DEBUG, "{0}: {1}", id, e.getMessage());
    } catch (RuntimeException | Error e) { // the place where all failures become answers
      tell(e, call);
    } finally {
      listeners.forEach(listener -> listener.ended(call, System.nanoTime() - start));
    }
  }

  private Call call(Exchange exchange, Dialect dialect, Optional<KeyHolder> key, String id) {
    Call.Setting setting =
        new Call.Setting(
            dialect,
            key.map(KeyHolder::name).orElse(""),
            options.maxBodyBytes(),
            doorway::isClosed);
    return new Call(exchange, id, setting, headers(exchange.request(), dialect, id));
  }

  /// Tells what the web server refuses by itself.
  ///
  /// @param reason in its words
  void refuse(Exchange exchange, int status, String reason) {
    Dialect dialect = dialects.of(exchange.request(), Optional.empty());
    Call call = call(exchange, dialect, Optional.empty(), ids.next("req_"));
    Kind kind =
        status >= Kind.INTERNAL.status()
            ? Kind.INTERNAL
            : TOO_LARGE.contains(status) ? Kind.TOO_LARGE : Kind.INVALID;
    Failure failure = Failure.of(kind, "the request is refused: " + reason);
    call.reply(status, dialect.body(failure, call));
  }

  private void serve(Call call, Optional<Router.Match> match, Optional<KeyHolder> key) {
    Request request = call.request();
    origins.require(request.headers());
    if (request.method().equals("OPTIONS")) {
      call.reply(204, "text/plain", new byte[0]);
      return;
    }
    if (keys.areNeeded() && key.isEmpty() && !isPublic(request.path())) {
      throw Failure.of(Kind.UNAUTHORIZED, "a key is needed, as a bearer token or x-api-key");
    }
    Router.Match found = match.orElseThrow(() -> missing(call));
    if (isPublic(request.path())) {
      found.route().endpoint().serve(call, found.rest());
      return;
    }
    doorway.enter();
    try {
      enter(key, () -> found.route().endpoint().serve(call, found.rest()));
    } finally {
      doorway.leave();
    }
  }

  private Failure missing(Call call) {
    String methods = router.methods(call.request().path());
    if (!methods.isEmpty()) {
      call.header("Allow", methods);
    }
    return Router.missing(call.request(), methods);
  }

  private static void enter(Optional<KeyHolder> key, Runnable work) {
    if (key.isEmpty()) {
      work.run();
      return;
    }
    try (KeyHolder.Permit _ = key.get().enter(System.nanoTime())) {
      work.run();
    }
  }

  /// All routes.
  List<Route> routes() {
    return router.routes();
  }

  /// Who is inside: for whoever stops the server.
  Doorway doorway() {
    return doorway;
  }

  private static boolean isPublic(String path) {
    return ChatPage.isPublic(path)
        || List.of("/health", "/v1/health", "/api/version").contains(path);
  }

  private Headers headers(Request request, Dialect dialect, String id) {
    Headers headers = Headers.none().with("x-request-id", id).with(dialect.idHeader(), id);
    Optional<String> origin = request.headers().first("Origin");
    if (origin.isEmpty() || !origins.isAllowed(origin.get())) {
      return headers;
    }
    String asked =
        request
            .headers()
            .first("Access-Control-Request-Headers")
            .orElse("authorization, content-type");
    return headers
        .with("Access-Control-Allow-Origin", origin.get())
        .with("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS")
        .with("Access-Control-Allow-Headers", asked.replaceAll("[^A-Za-z0-9, _-]", ""))
        .with("Vary", "Origin");
  }

  private static void tell(Throwable cause, Call call) {
    Failure failure = call.failure(cause);
    if (failure.kind() == Kind.INTERNAL && Failures.isOurs(cause)) {
      LOG.log(Level.ERROR, "request " + call.id() + " failed", cause);
    }
    if (call.hasReplied()) {
      call.record().failed(cause);
      throw new AbortedException(cause);
    }
    failure
        .retryAfter()
        .ifPresent(seconds -> call.header("Retry-After", Integer.toString(seconds)));
    if (LASTING.contains(failure.kind())) {
      call.header("x-should-retry", "false");
    }
    try {
      call.reply(call.dialect().status(failure), call.dialect().body(failure, call));
    } catch (AbandonedException e) {
      LOG.log(Level.DEBUG, "{0}: {1}", call.id(), e.getMessage());
    }
  }

  /// A reply broke off in its middle; the connection must not be used any further.
  static final class AbortedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AbortedException(Throwable cause) {
      super("a reply broke off", cause);
    }
  }
}
