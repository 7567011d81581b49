package puna;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleConsumer;
import puna.ChatOptions.FormatHint;
import puna.chat.ChatMessage;
import puna.engine.Scorer;
import puna.engine.ScoringException;
import puna.error.AnswerInterruptedException;
import puna.error.ContextFullException;
import puna.error.GenerationException;
import puna.error.GrammarException;
import puna.error.InfillException;
import puna.error.ModelException;
import puna.json.JsonType;
import puna.token.PromptPart;
import puna.token.Tokenizer;

/// An open model: the entry point of Puna.
///
/// [#chat] answers a conversation and streams the answer; `ask` is its short form for one question
/// that waits for the whole answer; [#generate] continues raw text without a chat template.
///
/// Thread-safe: any method may be called from any thread. Answers that run at the same time are
/// batched, so that one pass over the weights advances all of them. [#close] cancels running
/// answers and frees all memory; a request after it throws an `IllegalStateException`.
public final class Llama implements AutoCloseable {
  /// The most answers that one prompt may get.
  public static final int MOST_ANSWERS = 1024;

  private final LoadedModel model;
  private final AnswerStarter starter;
  private final ChatPrompts prompts;
  private final ReentrantLock closing = new ReentrantLock();
  private volatile boolean isClosed;
  private boolean isReleased; // under the lock

  Llama(LoadedModel model) {
    this.model = model;
    this.starter = new AnswerStarter(model);
    this.prompts = new ChatPrompts(model);
  }

  /// Opens a model with default options.
  ///
  /// @param model the path of a GGUF file, or the name of a known model such as `smollm2-135m`
  /// @throws ModelException when it cannot be opened; [#open(ModelSource, LlamaOptions)] lists the
  ///   kinds
  /// @throws IllegalArgumentException when `model` is blank
  public static Llama open(String model) {
    return open(ModelSource.of(model), LlamaOptions.defaults());
  }

  /// Opens a model file with default options.
  ///
  /// @throws ModelException when it cannot be opened; [#open(ModelSource, LlamaOptions)] lists the
  ///   kinds
  public static Llama open(Path file) {
    return open(ModelSource.file(file), LlamaOptions.defaults());
  }

  /// Opens a model: reads its file and prepares its weights. Blocks until it is ready to answer.
  ///
  /// @throws puna.error.ModelNotFoundException when there is no such file, or no model of that name
  /// @throws puna.error.ModelFormatException when its file breaks a rule of its format
  /// @throws puna.error.ModelReadException when its file cannot be read, or changes while it is
  ///   read
  /// @throws puna.error.ModelMemoryException when there is not enough memory for it, as far as the
  ///   system tells before weights are read: the message has the rows of its [#plan]
  /// @throws puna.error.ModelInterruptedException when the calling thread is interrupted
  /// @throws IllegalArgumentException when `cacheTokens` is less than `contextLength`
  public static Llama open(ModelSource source, LlamaOptions options) {
    return open(source, options, fraction -> {});
  }

  /// Opens a model and reports progress.
  ///
  /// @param progress receives the fraction loaded so far, from 0 to 1, on the calling thread; an
  ///   exception that it throws aborts the opening
  /// @throws ModelException when it cannot be opened; [#open(ModelSource, LlamaOptions)] lists the
  ///   kinds
  public static Llama open(ModelSource source, LlamaOptions options, DoubleConsumer progress) {
    return new Llama(
        ModelLoader.load(
            requireNonNull(source, "source"),
            requireNonNull(options, "options"),
            requireNonNull(progress, "progress")));
  }

  /// The memory that [#open(ModelSource, LlamaOptions)] would take, and the context window and KV
  /// cache that it would choose, from the file's header: no weights are read. A plan that does not
  /// fit is returned as well.
  ///
  /// @throws ModelException when the model's file cannot be read, or is none
  /// @throws IllegalArgumentException when `cacheTokens` is less than `contextLength`
  public static MemoryPlan plan(ModelSource source, LlamaOptions options) {
    return ModelLoader.plan(source, options, AvailableMemory.ofThisSystem());
  }

  /// Asks one question, with default options, and waits for the whole answer.
  ///
  /// @throws IncompleteAnswerException when the answer was cut short, by the token limit for
  ///   instance; it holds the text so far
  public String ask(String question) {
    try (ChatAnswer answer = chat(List.of(ChatMessage.user(question)), ChatOptions.defaults())) {
      return answer.wholeText();
    }
  }

  /// Asks one question, with default options, and returns the answer as a Java value (structured
  /// output). The type's JSON Schema is appended to the question, and the answer is constrained to
  /// it: other tokens cannot be sampled.
  ///
  /// @param type a record, sealed interface of records, enum, or any other type that has a JSON
  ///   form ([puna.json.JsonSchemas])
  /// @throws IllegalArgumentException when the type has no JSON form
  /// @throws IncompleteAnswerException when the answer was cut short; it holds the text so far
  public <T> T ask(String question, Class<T> type) {
    return ask(question, JsonType.of(type));
  }

  /// The same for a generic type such as `List<Point>`.
  ///
  /// @throws IllegalArgumentException when the type has no JSON form
  /// @throws IncompleteAnswerException when the answer was cut short; it holds the text so far
  public <T> T ask(String question, JsonType<T> type) {
    ChatOptions bound =
        ChatOptions.defaults()
            .withFormat(ResponseFormat.jsonOf(type))
            .withFormatHint(FormatHint.LAST_MESSAGE);
    try (ChatAnswer answer = chat(List.of(ChatMessage.user(question)), bound)) {
      return answer.as(type);
    }
  }

  /// Answers the last message of a conversation. Returns as soon as the request is queued: the
  /// answer streams. Open it in a try-with-resources statement.
  ///
  /// @param messages the whole conversation, oldest message first; what earlier requests have in
  ///   common with it is taken from the prefix cache
  /// @throws ContextFullException when the conversation is longer than the context window
  /// @throws puna.error.ChatTemplateException when the model has no known chat template, or its
  ///   template cannot express the conversation
  /// @throws GrammarException when a response format, or the schema of a tool that must be called,
  ///   is invalid or cannot be enforced
  /// @throws IllegalArgumentException when there is no message, or an option does not fit the
  ///   others or this model
  public ChatAnswer chat(List<ChatMessage> messages, ChatOptions options) {
    return chatSeveral(messages, options, 1).get(0);
  }

  /// Generates several answers to the last message of a conversation (`n` in other APIs); the
  /// prompt is processed once. The first answer uses the seed of the options, each other one a seed
  /// derived from it. Closing or cancelling one leaves the others alone.
  ///
  /// @param answers from 1 to `MOST_ANSWERS`
  /// @throws IllegalArgumentException when `answers` is out of range; and all that [#chat] throws
  public Answers<ChatAnswer> chatSeveral(
      List<ChatMessage> messages, ChatOptions options, int answers) {
    AnswerPlan asked = new AnswerPlan(model, options);
    requireOpen();
    LongHistory.Fitted history = prompts.fitted(messages, options, asked);
    List<PromptPart> prompt = prompts.rendered(history.kept(), asked);
    AnswerPlan plan = asked.after(prompt, history.kept());
    List<Generation> generations = starter.chat(prompts.encoded(prompt), plan, options, answers);
    ChatAnswer.Asked conversation =
        new ChatAnswer.Asked(this, List.copyOf(messages), options, history.dropped());
    return new Answers<>(
        generations.stream()
            .map(generation -> new ChatAnswer(generation, plan, conversation))
            .toList(),
        generations.getFirst());
  }

  /// A conversation as a value, to go on with.
  ///
  /// @param messages so far; may be empty
  public Session session(List<ChatMessage> messages) {
    return new Session(this, messages, ChatOptions.defaults());
  }

  /// Restores a conversation that [Session#save] wrote: its messages, and what the model had
  /// computed for them, as far as the KV cache has room. Its next prompt takes that up.
  ///
  /// A file that somebody else could write may make the model remember what its messages do not
  /// say.
  ///
  /// @throws puna.error.SavedStateException when there is no such file, it is broken, or it was
  ///   saved with another model or another kind of KV cache
  /// @throws AnswerInterruptedException when the calling thread is interrupted
  /// @throws IllegalStateException when called by a listener on the engine's own thread
  public Session restore(Path file) {
    requireNonNull(file, "file");
    return session(Session.messages(file, savedCache().restore(file)));
  }

  /// Writes cached prefixes to the cache folder now, those that were used last first; answers go on
  /// meanwhile. [#close] does so too.
  ///
  /// @throws puna.error.SavedStateException when they cannot be written
  /// @throws AnswerInterruptedException when the calling thread is interrupted
  /// @throws IllegalStateException when the model was opened without
  ///   [LlamaOptions#withCacheFolder], or when called by a listener on the engine's own thread
  public void saveCache() {
    savedCache().writeFolder();
  }

  SavedCache savedCache() {
    requireOpen();
    return model.saved();
  }

  /// Continues raw text or tokens, without a chat template (a completion). Returns as soon as the
  /// request is queued: the text streams. Open it in a try-with-resources statement.
  ///
  /// @throws ContextFullException when the prompt is longer than the context window
  /// @throws GrammarException when a response format is invalid or cannot be enforced
  /// @throws IllegalArgumentException when the prompt has no token at all or one outside the
  ///   vocabulary, or an option does not fit this model
  public Generation generate(Prompt prompt, GenerationOptions options) {
    return generateSeveral(prompt, options, 1).get(0);
  }

  /// Generates several continuations of raw text or tokens, as [#chatSeveral] does for
  /// conversations.
  ///
  /// @param answers from 1 to `MOST_ANSWERS`
  /// @throws IllegalArgumentException when `answers` is out of range; and all that [#generate]
  ///   throws
  public Answers<Generation> generateSeveral(
      Prompt prompt, GenerationOptions options, int answers) {
    requireOpen();
    List<Generation> generations = starter.goOn(prompt.tokens(tokenizer()), options, answers);
    return new Answers<>(generations, generations.getFirst());
  }

  /// The prompt that [#chat] would use: the conversation rendered by the chat template, ready for
  /// the assistant's next answer.
  ///
  /// @throws puna.error.ChatTemplateException when the model has no known chat template, or its
  ///   template cannot express the conversation
  /// @throws IllegalArgumentException when there is no message, or an option does not fit the
  ///   others
  public Prompt prompt(List<ChatMessage> messages, ChatOptions options) {
    requireOpen();
    AnswerPlan plan = new AnswerPlan(model, options);
    return Prompt.tokens(prompts.encoded(prompts.rendered(messages, plan)));
  }

  /// Computes how likely the model finds a text, from which its perplexity follows. Blocks until
  /// that is done; answers go on meanwhile.
  ///
  /// @throws IllegalArgumentException when there are no tokens, ids outside the vocabulary, a
  ///   window larger than the context window, or an overlap that is not smaller than the window
  /// @throws GenerationException when scoring failed
  /// @throws AnswerInterruptedException when the calling thread is interrupted
  /// @throws IllegalStateException when called by a listener on the engine's own thread
  public Score score(Prompt text, ScoreOptions options) {
    return score(text, options, (position, logits) -> {});
  }

  /// The same, and reports the logits of every position.
  ///
  /// @param listener called on the engine's thread; all answers wait until it returns
  public Score score(Prompt text, ScoreOptions options, ScoreListener listener) {
    requireOpen();
    int[] tokens = text.tokens(tokenizer());
    starter.requireVocabulary(tokens);
    int window = options.window().orElse(context());
    int overlap = options.overlap().orElse(0);
    ScoreOptions.requireWithin(context(), window, overlap);
    Scorer scorer = new Scorer(model.engine(), window, overlap);
    try {
      double negative = scorer.score(tokens, listener::position);
      return new Score(negative, tokens.length - 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AnswerInterruptedException("interrupted while scoring a text", e);
    } catch (ScoringException e) {
      throw new GenerationException("scoring broke off: " + e.getMessage(), e);
    }
  }

  /// Turns texts into vectors, in the same batches as running answers. Blocks until that is done.
  /// BOS and EOS are added where the model's file asks for them; special tokens spelled out in a
  /// text are ordinary text.
  ///
  /// @throws ContextFullException when a text is longer than the context window, unless
  ///   [EmbeddingOptions#withLongTexts] says otherwise
  /// @throws IllegalArgumentException when a text has no token at all, or more dimensions are asked
  ///   for than the model has
  /// @throws GenerationException when it failed, or the deadline was over first
  /// @throws AnswerInterruptedException when the calling thread is interrupted
  /// @throws IllegalStateException when called by a listener on the engine's own thread
  public Embeddings embed(List<String> texts, EmbeddingOptions options) {
    return embedPrompts(texts.stream().map(Prompt::text).toList(), options);
  }

  /// The same of prompts, such as token ids.
  ///
  /// @throws IllegalArgumentException also when a token is outside the vocabulary; and all that
  ///   [#embed] throws
  public Embeddings embedPrompts(List<Prompt> prompts, EmbeddingOptions options) {
    requireOpen();
    return new TextEmbedder(model, options).embed(prompts);
  }

  /// How many numbers an embedding of this model has, unless fewer are asked for.
  public int embeddingDimensions() {
    return model.engine().width();
  }

  /// Scores how well documents fit a query: by the rank head of a model that has one, else by how
  /// much likelier the model says yes than no when it is asked. Blocks until that is done.
  ///
  /// @throws IllegalArgumentException when there is no rank head, and no token tells yes from no
  /// @throws puna.error.ChatTemplateException when the template cannot express the question; and
  ///   all else that [#embed] throws
  public Ranking rerank(String query, List<String> documents, RerankOptions options) {
    requireOpen();
    return new Reranker(model, options).rank(query, documents);
  }

  /// Writes what is missing between two texts (fill in the middle), as [#generate] does what
  /// follows one.
  ///
  /// @throws InfillException when the model has no tokens for it; and all that [#generate] throws
  public Generation infill(String before, String after, GenerationOptions options) {
    return generate(infillPrompt(before, after), options);
  }

  /// The prompt of [#infill].
  ///
  /// @throws InfillException when the model has no tokens for it
  public Prompt infillPrompt(String before, String after) {
    InfillMarks marks =
        model
            .reading()
            .infill()
            .orElseThrow(() ->
                new InfillException(
                    info().name()
                        + " has no prefix, suffix and middle tokens, so that it cannot infill"));
    return Prompt.tokens(marks.prompt(tokenizer(), before, after));
  }

  /// The model's tokenizer.
  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  /// Facts about the model and how it runs here: sizes, context window, chat format, kernels.
  public ModelInfo info() {
    return model.info();
  }

  /// What there is to do at this moment: requests that wait and run, the cache, the last step.
  public Activity activity() {
    return Activity.of(model.engine());
  }

  /// Cancels running answers and frees everything. Returns when that is done, also where another
  /// thread called it first.
  ///
  /// @throws IllegalStateException when called by a listener on the engine's own thread; the model
  ///   stays open then
  @Override
  public void close() {
    model.engine().requireOtherThread("close the model");
    isClosed = true;
    closing.lock();
    try {
      if (!isReleased) {
        model.saved().writeFolderIfAny();
      }
      model.engine().close();
      if (!isReleased) {
        model.release().run();
        isReleased = true;
      }
    } finally {
      closing.unlock();
    }
  }

  private int context() {
    return model.engine().context();
  }

  private void requireOpen() {
    if (isClosed) {
      throw new IllegalStateException("this model has been closed: " + info().name());
    }
  }
}
