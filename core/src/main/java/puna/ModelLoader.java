package puna;

import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.Collectors;
import puna.backend.Backend;
import puna.backend.BackendRequest;
import puna.backend.BatchInvariance;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.choice.Backends;
import puna.chat.ChatTemplate;
import puna.chat.ChatTemplates;
import puna.engine.Engine;
import puna.events.Recorder;
import puna.format.ModelFiles;
import puna.format.ModelSource;
import puna.hub.ModelStore;
import puna.model.Decoder;
import puna.model.LlamaModel;
import puna.settings.Settings;
import puna.tensor.ModelFormatException;
import puna.tensor.ModelWarnings;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;
import puna.token.Tokenizer;

/// Opens a model: reference → file → tokenizer, back end, weights → engine. Whatever it opened is
/// closed again when a later step fails, the last first.
final class ModelLoader {
  private static final System.Logger LOGGER = System.getLogger("puna");
  private static final int BLOCK_POSITIONS = 64;

  /// Bounds the buffer of logits, which is the largest one of a step.
  private static final int MOST_OUTPUTS = 32;

  private final LlamaOptions options;
  private final Deque<Runnable> opened = new ArrayDeque<>();
  private final long start = System.nanoTime();

  private ModelLoader(LlamaOptions options) {
    this.options = options;
  }

  /// @throws ModelFormatException when a file breaks a rule of its format
  /// @throws puna.hub.ModelStoreException when there is no such model
  /// @throws puna.tensor.ModelReadException when a file cannot be read, or changes meanwhile
  /// @throws ModelMemoryException when there is not enough memory
  static LoadedModel load(LlamaOptions options) {
    ModelLoader loader = new ModelLoader(options);
    boolean done = false;
    try {
      LoadedModel model = loader.open();
      done = true;
      return model;
    } catch (OutOfMemoryError e) {
      throw new ModelMemoryException(
          "%s: there is not enough memory to open it: %s; use a smaller model or context, or keep the weights in the mapped file"
              .formatted(options.model(), e.getMessage()),
          e);
    } catch (InternalError e) {
      if (options.weightMemory() == WeightMemory.MAPPED) {
        throw MappedDecoder.fault(options.model(), e);
      }
      throw e;
    } finally {
      if (!done) {
        loader.close();
      }
    }
  }

  private LoadedModel open() {
    Recorder recorder = Recorder.open();
    recorder.loadBegins();
    options.progress().accept(0);
    Path path = ModelStore.standard().resolve(options.model());
    ModelSource file = ModelFiles.open(path);
    opened.push(file::close);
    ModelWarnings warnings = new ModelWarnings();
    Tokenizer tokenizer = file.tokenizer(warnings);
    ChatTemplates.Chosen chat =
        file.chat(tokenizer, Clock.system(ZoneId.systemDefault()), warnings);
    Backend backend = Backends.open(request()).backend();
    opened.push(backend::close);
    boolean mapped = isMapped(file, backend);
    if (mapped) {
      file.map();
    }
    long packStart = System.nanoTime();
    LlamaModel model = model(file, backend, warnings);
    long packNanos = System.nanoTime() - packStart;
    file.requireUnchanged();
    if (!mapped) {
      file.close(); // all of it that counts is in memory
    }
    requireSameVocabulary(file, tokenizer, model);
    warnings.log(LOGGER, file.origin());
    Engine engine = engine(mapped ? Optional.of(path) : Optional.empty(), model);
    options.progress().accept(1);
    recorder.loadEnds(path.toString(), bytes(file), packNanos, backend.tier());
    return new LoadedModel(
        engine,
        tokenizer,
        chat.format(),
        ToolSupport.of(chat.format(), chat.source()),
        new GrammarCache(tokenizer),
        info(file, model, backend, chat.format()),
        this::close);
  }

  private LlamaModel model(ModelSource file, Backend backend, ModelWarnings warnings) {
    long bytes = bytes(file);
    return LlamaModel.load(
        file,
        backend,
        warnings,
        loaded -> options.progress().accept(Math.min(1.0, loaded / (double) bytes)));
  }

  /// @param mapped the file that weights are read from while the model works
  private Engine engine(Optional<Path> mapped, LlamaModel model) {
    int context = context(model);
    Decoder computing = decoder(model, context);
    Decoder decoder =
        mapped.<Decoder>map(file -> new MappedDecoder(computing, file)).orElse(computing);
    opened.push(decoder::close);
    Engine engine = new Engine(decoder, context, options.maxConcurrent());
    opened.push(engine::close);
    return engine;
  }

  /// Whether the weights that kernels read as the file has them stay in the mapped file.
  private boolean isMapped(ModelSource file, Backend backend) {
    return options.weightMemory() == WeightMemory.MAPPED
        && file.tensors().values().stream()
            .anyMatch(tensor -> backend.keepsFileLayout(tensor.type()));
  }

  private Decoder decoder(LlamaModel model, int context) {
    KvType type =
        switch (options.kvPrecision()) {
          case F16 -> KvType.F16;
          case F32 -> KvType.F32;
          case Q8_0 -> KvType.Q8_0;
        };
    KvShape shape = model.kvShape(Math.ceilDiv(context, BLOCK_POSITIONS), BLOCK_POSITIONS, type);
    int outputs = Math.min(options.batchTokens(), Math.max(MOST_OUTPUTS, options.maxConcurrent()));
    return model.decoder(shape, options.batchTokens(), outputs);
  }

  private int context(LlamaModel model) {
    return options.contextLength() == 0
        ? Math.min(model.config().context(), LlamaOptions.DEFAULT_CONTEXT_LIMIT)
        : options.contextLength();
  }

  private BackendRequest request() {
    BatchInvariance invariance =
        switch (options.determinism()) {
          case OFF -> BatchInvariance.NOT_NEEDED;
          case ON -> BatchInvariance.NEEDED;
        };
    return new BackendRequest(options.threads(), tier(), invariance);
  }

  private Optional<String> tier() {
    return options.tier().isEmpty() ? Settings.tier() : Optional.of(options.tier());
  }

  private ModelInfo info(
      ModelSource file, LlamaModel model, Backend backend, Optional<ChatTemplate> template) {
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
        file.metadata().string("general.name").orElse(file.origin()),
        file.files().getFirst().toString(),
        file.metadata().requireString("general.architecture"),
        parameters(file),
        bytes(file),
        model.config().vocabulary(),
        model.config().context(),
        context(model),
        template.map(ChatTemplate::name).orElse(""),
        backend.description(),
        kernels,
        System.nanoTime() - start);
  }

  private static void requireSameVocabulary(
      TensorSource file, Tokenizer tokenizer, LlamaModel model) {
    // embeddings may be padded beyond the tokenizer, never the other way round
    if (tokenizer.vocabularySize() > model.config().vocabulary()) {
      throw new ModelFormatException(
          "%s: the tokenizer must have at most the %d tokens of token_embd.weight, found %d"
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
