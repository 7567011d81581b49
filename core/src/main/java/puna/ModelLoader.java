package puna;

import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import puna.backend.Backend;
import puna.backend.BackendPlan;
import puna.backend.BackendRequest;
import puna.backend.choice.Backends;
import puna.chat.format.ChatTemplate;
import puna.chat.format.ChatTemplates;
import puna.chat.tools.ToolSupport;
import puna.engine.DraftModel;
import puna.engine.Engine;
import puna.engine.QueueLimits;
import puna.error.ModelFormatException;
import puna.error.ModelMemoryException;
import puna.events.Recorder;
import puna.format.ConvertedContents;
import puna.format.ModelContents;
import puna.format.ModelFiles;
import puna.model.Decoder;
import puna.model.ExpertPlace;
import puna.model.LlamaModel;
import puna.sample.SamplingOptions;
import puna.saved.Fingerprint;
import puna.settings.Settings;
import puna.tensor.ModelWarnings;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;
import puna.text.FileText;
import puna.token.Tokenizer;

/// Opens a model: reference → file → tokenizer, back end, weights → engine. Whatever it opened is
/// closed again when a later step fails, the last first.
final class ModelLoader {
  private static final System.Logger LOGGER = System.getLogger("puna");

  private final ModelSource source;
  private final LlamaOptions options;
  private final DoubleConsumer progress;
  private final Supplier<OptionalLong> memory;
  private final Deque<Runnable> opened = new ArrayDeque<>();
  private final long start = System.nanoTime();
  private Optional<Path> place = Optional.empty();

  /// @param memory bytes that the system can give; empty where it does not tell
  private ModelLoader(
      ModelSource source,
      LlamaOptions options,
      DoubleConsumer progress,
      Supplier<OptionalLong> memory) {
    MemoryPlanner.requireSense(options);
    this.source = source;
    this.options = options;
    this.progress = progress;
    this.memory = memory;
  }

  /// @throws ModelFormatException when a file breaks a rule of its format
  /// @throws puna.error.ModelNotFoundException when there is no such model
  /// @throws puna.error.ModelReadException when a file cannot be read, or changes meanwhile
  /// @throws ModelMemoryException when there is not enough memory
  static LoadedModel load(ModelSource source, LlamaOptions options, DoubleConsumer progress) {
    return load(source, options, progress, AvailableMemory.ofThisSystem());
  }

  /// @param memory bytes that the system can give; empty where it does not tell
  static LoadedModel load(
      ModelSource source,
      LlamaOptions options,
      DoubleConsumer progress,
      Supplier<OptionalLong> memory) {
    ModelLoader loader = new ModelLoader(source, options, progress, memory);
    boolean done = false;
    try {
      LoadedModel model = loader.open();
      done = true;
      return model;
    } catch (OutOfMemoryError e) {
      throw new ModelMemoryException(
          "%s: there is not enough memory or address space (ulimit -v) to open it: %s; use a smaller model or context, or keep the weights in the mapped file"
              .formatted(loader.origin(), e.getMessage()),
          e);
    } catch (InternalError e) {
      if (loader.wantsMapped()) {
        throw MappedDecoder.fault(source, e);
      }
      throw e;
    } finally {
      if (!done) {
        loader.close();
      }
    }
  }

  /// What opening the model would take; nothing stays open.
  ///
  /// @throws ModelFormatException when a file breaks a rule of its format
  /// @throws puna.error.ModelNotFoundException when there is no such model
  /// @throws puna.error.ModelReadException when a file cannot be read
  static MemoryPlan plan(ModelSource source, LlamaOptions options, Supplier<OptionalLong> memory) {
    ModelLoader loader = new ModelLoader(source, options, _ -> {}, memory);
    try {
      ModelContents file = loader.contents(loader.resolve());
      return loader.placed(file, loader.backend()).plan();
    } finally {
      loader.close();
    }
  }

  /// A plan, and where experts are when it is carried out.
  private record Placed(MemoryPlan plan, ExpertPlace experts) {}

  /// Packed where they fit, unless they are to be mapped; in the file where that alone makes the
  /// model fit.
  private Placed placed(ModelContents file, Backend backend) {
    MemoryPlan packed = plan(file, backend, ExpertPlace.PACKED);
    boolean mayStay =
        !options.weightMemory().equals(Optional.of(WeightMemory.OWN))
            && LlamaModel.configOf(file).mixture().isPresent();
    if (!packed.fits() && mayStay) {
      file.map();
      MemoryPlan stays = plan(file, backend, ExpertPlace.FILE);
      if (stays.fits() && stays.mappedWeightBytes() > packed.mappedWeightBytes()) {
        return new Placed(stays, ExpertPlace.FILE);
      }
    }
    return new Placed(packed, ExpertPlace.PACKED);
  }

  private MemoryPlan plan(ModelContents file, Backend backend, ExpertPlace experts) {
    if (isMapped(file, backend)) {
      file.map();
    }
    Optional<ModelContents> draft = options.draft().map(DraftLoader::open);
    try (BackendPlan taken = backend.plan()) {
      return new MemoryPlanner(options, memory.get()).plan(file, experts, draft, taken);
    } finally {
      draft.ifPresent(ModelContents::close);
    }
  }

  private ModelContents contents(Path path) {
    ModelContents file = ModelFiles.open(path);
    opened.push(file::close);
    return options
        .weightType()
        .<ModelContents>map(type -> new ConvertedContents(file, type.tensorType()))
        .orElse(file);
  }

  private Backend backend() {
    Backend backend = Backends.open(request()).backend();
    opened.push(backend::close);
    return backend;
  }

  private Path resolve() {
    Path path = source.resolve();
    place = Optional.of(path);
    return path;
  }

  /// The file, as soon as it is known.
  private String origin() {
    return place.map(Path::toString).orElseGet(source::toString);
  }

  private boolean wantsMapped() {
    return options.weightMemory().equals(Optional.of(WeightMemory.MAPPED));
  }

  private LoadedModel open() {
    Recorder recorder = Recorder.open();
    recorder.loadBegins();
    progress.accept(0);
    Path path = resolve();
    ModelContents file = contents(path);
    ModelWarnings warnings = new ModelWarnings();
    Tokenizer tokenizer = file.tokenizer(warnings);
    ChatTemplates.Chosen chat =
        file.chat(tokenizer, Clock.system(ZoneId.systemDefault()), warnings);
    Backend backend = backend();
    Placed placed = placed(file, backend);
    MemoryPlan plan = placed.plan();
    plan.requireFits(file.origin(), options);
    boolean mapped = isMapped(file, backend) || placed.experts() == ExpertPlace.FILE;
    if (placed.experts() == ExpertPlace.FILE) {
      warnings.add(plan.aboutExperts());
    }
    long packStart = System.nanoTime();
    LlamaModel model = model(file, backend, placed.experts(), warnings);
    long packNanos = System.nanoTime() - packStart;
    Fingerprint fingerprint = Fingerprint.of(file);
    file.requireUnchanged();
    if (!mapped) {
      file.close(); // all of it that counts is in memory
    }
    requireSameVocabulary(file, tokenizer, model);
    SamplingOptions sampling = sampling(file, path, warnings);
    ReadingSupport reading = ReadingSupport.of(file.metadata(), tokenizer, model, warnings);
    warnings.log(LOGGER, file.origin());
    Engine engine =
        engine(mapped ? Optional.of(path) : Optional.empty(), model, plan, tokenizer, backend);
    progress.accept(1);
    recorder.loadEnds(path.toString(), bytes(file), packNanos, backend.tier());
    ModelInfo info = logged(info(file, model, backend, plan, new Asked(chat, sampling)));
    SavedCache saved = new SavedCache(engine, fingerprint, CacheFolder.of(options));
    saved.readFolder();
    return loaded(engine, new TextSide(tokenizer, chat, reading, file.origin()), info, saved);
  }

  /// What a file says of texts.
  private record TextSide(
      Tokenizer tokenizer, ChatTemplates.Chosen chat, ReadingSupport reading, String origin) {}

  private LoadedModel loaded(Engine engine, TextSide text, ModelInfo info, SavedCache saved) {
    ChatTemplates.Chosen chat = text.chat;
    return new LoadedModel(
        engine,
        text.tokenizer,
        chat.format(),
        ToolSupport.of(chat.format(), chat.source(), text.origin),
        new ReasoningSupport(text.tokenizer, chat.format(), chat.source()),
        text.reading,
        new GrammarCache(text.tokenizer),
        info,
        saved,
        this::close);
  }

  /// What an operator asks first, in one line: for those who ask, since the JDK's own logging
  /// prints what is more urgent on standard error of every program.
  private static ModelInfo logged(ModelInfo info) {
    if (LOGGER.isLoggable(System.Logger.Level.DEBUG)) {
      String line =
          String.format(
              Locale.ROOT,
              "opened %s, %,d MiB, on %s, context %d, in %.2f s, from %s",
              info.name(),
              info.bytes() >> 20,
              info.device(),
              info.context(),
              info.loadNanos() / 1e9,
              info.file().toAbsolutePath());
      LOGGER.log(System.Logger.Level.DEBUG, FileText.line(line));
    }
    return info;
  }

  /// What a model's makers say goes over Meta's values; the artifact over the file, which may be
  /// older.
  private static SamplingOptions sampling(ModelContents file, Path path, ModelWarnings warnings) {
    return SuggestedSampling.of(ModelSource.described(path), warnings)
        .over(SuggestedSampling.of(file.metadata(), warnings))
        .over(SamplingOptions.metaDefaults());
  }

  private LlamaModel model(
      ModelContents file, Backend backend, ExpertPlace experts, ModelWarnings warnings) {
    long bytes = bytes(file);
    return LlamaModel.load(
        file,
        backend,
        experts,
        warnings,
        loaded -> progress.accept(Math.min(1.0, loaded / (double) bytes)));
  }

  /// @param mapped the file that weights are read from while the model works
  private Engine engine(
      Optional<Path> mapped,
      LlamaModel model,
      MemoryPlan plan,
      Tokenizer tokenizer,
      Backend backend) {
    Decoder computing =
        new MemoryPlanner(options, plan.availableBytes()).decoder(model, plan.cache());
    Decoder decoder =
        mapped.<Decoder>map(file -> new MappedDecoder(computing, file)).orElse(computing);
    opened.push(decoder::close);
    Optional<DraftModel> draft =
        options.draft().map(new DraftLoader(tokenizer, decoder, backend)::load);
    draft.ifPresent(guessing -> opened.push(guessing::close));
    Engine engine = new Engine(decoder, settings(plan), draft.orElse(null));
    opened.push(engine::close);
    return engine;
  }

  private Engine.Settings settings(MemoryPlan plan) {
    QueueLimits queue =
        new QueueLimits(
            options.maxWaiting().orElse(QueueLimits.DEFAULT.requests()),
            options.maxWaitingTokens().orElse((int) QueueLimits.DEFAULT.tokens()),
            options.maxWaitingTime());
    return new Engine.Settings(
        plan.contextLength(),
        plan.maxConcurrent(),
        queue,
        options.tokenInterval().orElse(Engine.Settings.DEFAULT_TOKEN_INTERVAL),
        plan.overflowBytes());
  }

  /// Whether the weights that kernels read as the file has them stay in the mapped file.
  private boolean isMapped(ModelContents file, Backend backend) {
    return wantsMapped()
        && file.tensors().values().stream()
            .anyMatch(tensor -> backend.keepsFileLayout(tensor.type()));
  }

  private BackendRequest request() {
    puna.backend.BatchInvariance invariance =
        switch (options.batchInvariance().orElse(BatchInvariance.OFF)) {
          case OFF -> puna.backend.BatchInvariance.OFF;
          case ON -> puna.backend.BatchInvariance.ON;
        };
    return new BackendRequest(options.threads().orElse(0), tier(), invariance);
  }

  private Optional<String> tier() {
    return options.tier().map(KernelTier::providerName).or(Settings::tier);
  }

  /// How the file asks to be used.
  private record Asked(ChatTemplates.Chosen chat, SamplingOptions sampling) {}

  private ModelInfo info(
      ModelContents file, LlamaModel model, Backend backend, MemoryPlan plan, Asked asked) {
    String kernels =
        file.tensors().values().stream()
            .map(Tensor::type)
            .distinct()
            .sorted()
            .map(backend::kernel)
            .map(row ->
                "%s: %s %s, %s".formatted(row.type(), row.tier(), row.kernel(), row.reason()))
            .collect(Collectors.joining("\n"));
    return new ModelInfo(
        new ModelInfo.Facts(
            file.metadata().string("general.name").orElse(file.origin()),
            file.files().getFirst(),
            file.metadata().requireString("general.architecture"),
            parameters(file),
            bytes(file),
            model.config().vocabulary(),
            model.config().context(),
            plan.contextLength(),
            asked.chat().format().map(ChatTemplate::name),
            asked.chat().source(),
            asked.sampling(),
            backend.description(),
            kernels,
            System.nanoTime() - start));
  }

  private static void requireSameVocabulary(
      TensorSource file, Tokenizer tokenizer, LlamaModel model) {
    // embeddings may be padded beyond the tokenizer, never the other way round
    if (tokenizer.vocabularySize() > model.config().vocabulary()) {
      throw new ModelFormatException(
          "%s: the tokenizer must have at most the %s tokens of token_embd.weight, found %s"
              .formatted(file.origin(), model.config().vocabulary(), tokenizer.vocabularySize()));
    }
  }

  private static long parameters(TensorSource file) {
    long parameters = 0;
    for (Tensor tensor : file.tensors().values()) {
      parameters += tensor.shape().elements();
    }
    return parameters;
  }

  private static long bytes(TensorSource file) {
    long bytes = 0;
    for (Tensor tensor : file.tensors().values()) {
      bytes += tensor.byteSize();
    }
    return bytes;
  }

  private void close() {
    while (!opened.isEmpty()) {
      opened.pop().run();
    }
  }
}
