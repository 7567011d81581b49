package puna;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleConsumer;
import puna.ChatOptions.FormatHint;
import puna.chat.ChatMessage;
import puna.chat.format.ChatTemplate;
import puna.engine.Scorer;
import puna.engine.ScoringException;
import puna.error.AnswerInterruptedException;
import puna.error.ChatTemplateException;
import puna.error.ContextFullException;
import puna.error.GenerationException;
import puna.error.GrammarException;
import puna.error.ModelException;
import puna.json.JsonType;
import puna.token.Tokenizer;

/// A model that answers.
///
/// All methods may be called from any thread at any time; answers that run at the same time share
/// the model's steps. Closing ends running answers as cancelled and releases all memory; whoever
/// asks for more afterwards gets an `IllegalStateException`.
public final class Llama implements AutoCloseable {
  /// The most answers to one prompt.
  public static final int MOST_ANSWERS = 1024;

  private final LoadedModel model;
  private final AnswerStarter starter;
  private final ReentrantLock closing = new ReentrantLock();
  private volatile boolean isClosed;
  private boolean isReleased; // under the lock

  Llama(LoadedModel model) {
    this.model = model;
    this.starter = new AnswerStarter(model);
  }

  /// Opens a model with default options.
  ///
  /// @param model a path, or a name such as `smollm2-135m`
  /// @throws ModelException when it cannot be opened, as below
  public static Llama open(String model) {
    return open(ModelSource.of(model), LlamaOptions.defaults());
  }

  /// Opens a model file with default options.
  ///
  /// @throws ModelException when it cannot be opened, as below
  public static Llama open(Path file) {
    return open(ModelSource.file(file), LlamaOptions.defaults());
  }

  /// Opens a model.
  ///
  /// @throws puna.error.ModelNotFoundException when there is no such file, or no model of that name
  /// @throws puna.error.ModelFormatException when its file breaks a rule of its format
  /// @throws puna.error.ModelReadException when its file cannot be read, or changes meanwhile
  /// @throws puna.error.ModelMemoryException when there is not enough memory for it
  /// @throws puna.error.ModelInterruptedException when the thread is interrupted
  public static Llama open(ModelSource source, LlamaOptions options) {
    return open(source, options, fraction -> {});
  }

  /// Opens a model, and tells how far that has come.
  ///
  /// @param progress hears the fraction that is loaded, from 0 to 1, on the calling thread. What it
  ///   throws ends the opening
  /// @throws ModelException when it cannot be opened, as above
  public static Llama open(ModelSource source, LlamaOptions options, DoubleConsumer progress) {
    return new Llama(
        ModelLoader.load(
            requireNonNull(source, "source"),
            requireNonNull(options, "options"),
            requireNonNull(progress, "progress")));
  }

  /// The whole answer to one question, with default options.
  ///
  /// @throws IncompleteAnswerException when the answer was cut short; it has what came
  public String ask(String question) {
    try (ChatAnswer answer = chat(List.of(ChatMessage.user(question)), ChatOptions.defaults())) {
      return answer.wholeText();
    }
  }

  /// The answer to one question as a Java value, with default options. The model is shown the
  /// type's schema behind the question, and cannot answer otherwise.
  ///
  /// @param type a record, sealed interface, enum, or any other type that has a JSON form
  /// @throws IllegalArgumentException when the type has no JSON form
  /// @throws IncompleteAnswerException when the answer was cut short; it has what came
  public <T> T ask(String question, Class<T> type) {
    return ask(question, JsonType.of(type));
  }

  /// The answer to one question as a Java value of a type such as `List<Point>`; as above.
  ///
  /// @throws IllegalArgumentException when the type has no JSON form
  /// @throws IncompleteAnswerException when the answer was cut short; it has what came
  public <T> T ask(String question, JsonType<T> type) {
    ChatOptions bound =
        ChatOptions.defaults()
            .withFormat(ResponseFormat.jsonOf(type))
            .withFormatHint(FormatHint.LAST_MESSAGE);
    try (ChatAnswer answer = chat(List.of(ChatMessage.user(question)), bound)) {
      return answer.as(type);
    }
  }

  /// Answers the last message of a conversation.
  ///
  /// @throws ContextFullException when the conversation is longer than the context
  /// @throws ChatTemplateException when the model has no chat format that is known, or its format
  ///   cannot express the conversation
  /// @throws GrammarException when a format, or the schema of a tool that must be called, is wrong
  ///   or cannot be kept
  /// @throws IllegalArgumentException when there is no message, or an option does not fit the
  ///   others or this model
  public ChatAnswer chat(List<ChatMessage> messages, ChatOptions options) {
    return chatSeveral(messages, options, 1).get(0);
  }

  /// Answers the last message of a conversation in several ways; the prompt is read once. The first
  /// answer has the seed of the options, each other one its own, derived from it. Closing or
  /// cancelling one leaves the others alone.
  ///
  /// @param answers from 1 to `MOST_ANSWERS`
  /// @throws IllegalArgumentException when `answers` is out of range; and all that [#chat] throws
  public Answers<ChatAnswer> chatSeveral(
      List<ChatMessage> messages, ChatOptions options, int answers) {
    AnswerPlan plan = new AnswerPlan(model, options);
    int[] prompt = chatPrompt(messages, plan);
    List<Generation> generations = starter.chat(prompt, plan, options, answers);
    return new Answers<>(
        generations.stream().map(generation -> new ChatAnswer(generation, plan)).toList(),
        generations.getFirst());
  }

  /// Goes on with a raw text or with tokens.
  ///
  /// @throws ContextFullException when the prompt is longer than the context
  /// @throws GrammarException when a format is wrong or cannot be kept
  /// @throws IllegalArgumentException when the prompt has no token at all or one outside the
  ///   vocabulary, or an option does not fit this model
  public Generation generate(Prompt prompt, GenerationOptions options) {
    return generateSeveral(prompt, options, 1).get(0);
  }

  /// Goes on with a raw text or with tokens in several ways, as [#chatSeveral] does.
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

  /// The prompt of a conversation, ready for the assistant's next answer.
  ///
  /// @throws ChatTemplateException when the model has no chat format that is known, or its format
  ///   cannot express the conversation
  /// @throws IllegalArgumentException when there is no message, or an option does not fit the
  ///   others
  public Prompt prompt(List<ChatMessage> messages, ChatOptions options) {
    return Prompt.tokens(chatPrompt(messages, new AnswerPlan(model, options)));
  }

  private int[] chatPrompt(List<ChatMessage> messages, AnswerPlan plan) {
    requireOpen();
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("a conversation needs at least one message, found none");
    }
    ChatTemplate template = chatTemplate();
    return tokenizer().encode(template.render(plan.request(messages)), template.marks());
  }

  private ChatTemplate chatTemplate() {
    return model
        .chatTemplate()
        .orElseThrow(() ->
            new ChatTemplateException(
                info().name()
                    + " has no chat format that Puna knows; generate from raw text instead"));
  }

  /// How likely the model finds a text. Runs beside answers; waits until it is done.
  ///
  /// @throws IllegalArgumentException when there are no tokens, ids outside the vocabulary, a
  ///   window larger than the context, or an overlap that is not smaller than the window
  /// @throws GenerationException when it broke off
  /// @throws AnswerInterruptedException when the thread is interrupted
  /// @throws IllegalStateException when called by a listener on the engine's own thread
  public Score score(Prompt text, ScoreOptions options) {
    return score(text, options, (position, logits) -> {});
  }

  /// The same, and tells the logits of every position.
  ///
  /// @param listener is called on the engine's thread, which waits for it
  public Score score(Prompt text, ScoreOptions options, ScoreListener listener) {
    requireOpen();
    int[] tokens = text.tokens(tokenizer());
    starter.requireVocabulary(tokens);
    int window = options.window().orElse(context());
    int overlap = options.overlap().orElse(0);
    if (window > context()) {
      throw new IllegalArgumentException(
          "window must be at most the context of %d, found %d".formatted(context(), window));
    }
    if (overlap >= window) {
      throw new IllegalArgumentException(
          "overlap must be less than the window of %d, found %d".formatted(window, overlap));
    }
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

  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  public ModelInfo info() {
    return model.info();
  }

  /// Ends running answers as cancelled and releases everything; returns when that is done, whoever
  /// closed it first.
  ///
  /// @throws IllegalStateException when called by a listener on the engine's own thread: the model
  ///   stays open
  @Override
  public void close() {
    model.engine().requireOtherThread("close the model");
    isClosed = true;
    closing.lock();
    try {
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
