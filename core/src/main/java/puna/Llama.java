package puna;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import puna.GenerationOptions.SpecialTokens;
import puna.chat.ChatMessage;
import puna.chat.ChatTemplate;
import puna.chat.ChatTemplateException;
import puna.engine.Request;
import puna.engine.Scorer;
import puna.engine.ScoringException;
import puna.grammar.TokenMask;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;
import puna.json.bind.JsonSchemas;
import puna.sample.LogProbabilityOptions;
import puna.sample.LogProbabilityOptions.Scope;
import puna.token.Tokenizer;

/// A model that answers.
///
/// All methods may be called from any thread at any time; answers that run at the same time share
/// the model's steps. Closing ends running answers as cancelled and releases all memory; whoever
/// asks for more afterwards gets an `IllegalStateException`.
public final class Llama implements AutoCloseable {
  /// The most answers to one prompt.
  public static final int MOST_ANSWERS = 1024;

  private static final byte[] NOTHING = {};

  private final LoadedModel model;
  private final AtomicBoolean closed = new AtomicBoolean();

  Llama(LoadedModel model) {
    this.model = model;
  }

  /// Opens a model with default options.
  ///
  /// @param model a path, or a reference such as `smollm2-135m`
  public static Llama open(String model) {
    return open(LlamaOptions.of(model));
  }

  /// Opens a model file with default options.
  public static Llama open(Path file) {
    return open(LlamaOptions.of(file.toString()));
  }

  /// Opens a model.
  ///
  /// @throws puna.tensor.ModelFormatException when its file breaks a rule of its format
  /// @throws puna.tensor.ModelReadException when its file cannot be read, or changes meanwhile
  /// @throws ModelMemoryException when there is not enough memory for it
  public static Llama open(LlamaOptions options) {
    return new Llama(ModelLoader.load(requireNonNull(options, "options")));
  }

  /// Goes on with a raw text, after BOS and before EOS where the model's file wants them.
  ///
  /// @throws ContextFullException when the prompt is longer than the context
  /// @throws IllegalArgumentException when the prompt has no token at all, or an option does not
  ///   fit this model
  public Generation generate(String prompt, GenerationOptions options) {
    return generate(prompt, options, 1).getFirst();
  }

  /// Goes on with a raw text in several ways; the prompt is read once. The first answer has the
  /// seed of the options, each other one its own, derived from it. Closing or cancelling one leaves
  /// the others alone.
  ///
  /// @throws ContextFullException when the prompt is longer than the context
  /// @throws IllegalArgumentException when `answers` is below 1 or above `MOST_ANSWERS`, the prompt
  ///   has no token at all, or an option does not fit this model
  public List<Generation> generate(String prompt, GenerationOptions options, int answers) {
    return generate(promptIds(prompt, options), options, answers);
  }

  /// Goes on with a raw text in several ways, each bound to a format.
  ///
  /// @throws puna.grammar.GrammarException when the format is wrong or cannot be kept
  public List<Generation> generate(
      String prompt, GenerationOptions options, ResponseFormat format, int answers) {
    Supplier<Optional<TokenMask>> mask = () -> AnswerPlan.formatMask(model.grammars(), format);
    return start(rawPrompt(promptIds(prompt, options), mask), options, answers);
  }

  /// Goes on with token ids as they are.
  ///
  /// @throws ContextFullException when the prompt is longer than the context
  /// @throws IllegalArgumentException when the prompt is empty or has ids outside the vocabulary,
  ///   or an option does not fit this model
  public Generation generate(int[] promptTokens, GenerationOptions options) {
    return generate(promptTokens, options, 1).getFirst();
  }

  /// Goes on with token ids as they are, in several ways; as for a raw text.
  public List<Generation> generate(int[] promptTokens, GenerationOptions options, int answers) {
    return start(rawPrompt(promptTokens.clone(), Optional::empty), options, answers);
  }

  /// Answers the last message of a conversation.
  ///
  /// @throws ContextFullException when the conversation is longer than the context
  /// @throws ChatTemplateException when the model has no chat format that is known, or its format
  ///   cannot express the conversation
  public Generation chat(List<ChatMessage> messages, GenerationOptions options) {
    return chat(messages, options, 1).getFirst();
  }

  /// Answers the last message of a conversation in several ways; as for a raw text.
  public List<Generation> chat(List<ChatMessage> messages, GenerationOptions options, int answers) {
    return chat(messages, ChatOptions.defaults().withGeneration(options), answers).stream()
        .map(ChatAnswer::generation)
        .toList();
  }

  /// Answers the last message of a conversation, with tools and bound to a format where the options
  /// say so.
  ///
  /// @throws ContextFullException when the conversation is longer than the context
  /// @throws ChatTemplateException when the model has no chat format that is known, or its format
  ///   cannot express the conversation
  /// @throws puna.grammar.GrammarException when a format or the schema of a tool that must be
  ///   called is wrong or cannot be kept
  public ChatAnswer chat(List<ChatMessage> messages, ChatOptions options) {
    return chat(messages, options, 1).getFirst();
  }

  /// Answers the last message of a conversation in several ways; as for a raw text.
  public List<ChatAnswer> chat(List<ChatMessage> messages, ChatOptions options, int answers) {
    AnswerPlan plan = new AnswerPlan(model, options);
    BitSet turnEnds = new BitSet();
    chatTemplate()
        .stopTokens()
        .forEach(token -> tokenizer().special(token).ifPresent(turnEnds::set));
    Prompt prompt = new Prompt(chatPrompt(messages, options), true, turnEnds, plan::mask);
    return start(prompt, options.generation(), answers).stream()
        .map(generation -> new ChatAnswer(generation, plan, tokenizer()))
        .toList();
  }

  /// The whole answer to one question, with default options.
  public String ask(String question) {
    try (Generation answer =
        chat(List.of(ChatMessage.user(question)), GenerationOptions.defaults())) {
      return answer.text();
    }
  }

  /// The answer to one question as a Java value, with default options.
  ///
  /// @param type a record, sealed interface, enum, or any other type that has a JSON form
  /// @throws IllegalArgumentException when the type has no JSON form
  /// @throws GenerationException when the answer is cut off before it is complete
  public <T> T ask(Class<T> type, String question) {
    return ask(type, question, GenerationOptions.defaults());
  }

  /// The answer to one question as a Java value. The model is shown the type's schema behind the
  /// question, and cannot answer otherwise.
  public <T> T ask(Class<T> type, String question, GenerationOptions options) {
    try (TypedAnswer<T> answer = askTyped(type, question, options)) {
      return answer.value();
    }
  }

  /// The same, to be read while it comes.
  public <T> TypedAnswer<T> askTyped(Class<T> type, String question, GenerationOptions options) {
    JsonObject schema = JsonSchemas.of(type);
    String prompt =
        "%s\n\nAnswer with JSON of this schema:\n%s".formatted(question, Json.write(schema));
    ChatOptions bound =
        ChatOptions.defaults()
            .withGeneration(options)
            .withFormat(ResponseFormat.jsonSchema(schema));
    return new TypedAnswer<>(chat(List.of(ChatMessage.user(prompt)), bound), type);
  }

  /// The token ids of a conversation, ready for the assistant's next answer.
  ///
  /// @throws ChatTemplateException when the model has no chat format that is known, or its format
  ///   cannot express the conversation
  public int[] chatPrompt(List<ChatMessage> messages) {
    return chatPrompt(messages, ChatOptions.defaults());
  }

  /// The token ids of a conversation with tools, ready for the assistant's next answer.
  ///
  /// @throws ChatTemplateException when the model has no chat format that is known, or its format
  ///   cannot express the conversation
  public int[] chatPrompt(List<ChatMessage> messages, ChatOptions options) {
    requireOpen();
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("a conversation needs at least one message, found none");
    }
    AnswerPlan plan = new AnswerPlan(model, options);
    ChatTemplate template = chatTemplate();
    return tokenizer().encode(template.render(plan.request(messages)), template.marks());
  }

  /// How likely the model finds a text. Runs beside answers; waits until it is done.
  ///
  /// @param tokens of the text, BOS included where the model wants it
  /// @throws IllegalArgumentException when there are no tokens, ids outside the vocabulary, or a
  ///   window larger than the context
  /// @throws GenerationException when it broke off, or the thread was interrupted
  public Score score(int[] tokens, ScoreOptions options) {
    requireOpen();
    int[] text = tokens.clone();
    requireVocabulary(text);
    int window = options.window() == 0 ? context() : options.window();
    if (window > context()) {
      throw new IllegalArgumentException(
          "window must be at most the context of %d, found %d".formatted(context(), window));
    }
    if (options.overlap() >= window) {
      throw new IllegalArgumentException(
          "overlap must be less than the window of %d, found %d"
              .formatted(window, options.overlap()));
    }
    Scorer scorer = new Scorer(model.engine(), window, options.overlap());
    try {
      double negative = scorer.score(text, options.listener()::position);
      return new Score(negative, text.length - 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GenerationException("interrupted while scoring a text", e);
    } catch (ScoringException e) {
      throw new GenerationException("scoring broke off: " + e.getMessage(), e);
    }
  }

  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  /// @throws ChatTemplateException when the model has no chat format that is known
  public ChatTemplate chatTemplate() {
    return model
        .chatTemplate()
        .orElseThrow(() ->
            new ChatTemplateException(
                info().name()
                    + " has no chat format that Puna knows; generate from raw text instead"));
  }

  public ModelInfo info() {
    return model.info();
  }

  /// Ends running answers as cancelled and releases everything. Closing again does nothing.
  ///
  /// @throws IllegalStateException when called by a listener on the engine's own thread
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      model.engine().close();
      model.release().run();
    }
  }

  /// What an answer begins with.
  ///
  /// @param startsText whether the answer's text begins one, instead of going on with the prompt's
  /// @param turnEnds tokens that end an answer beside the model's end tokens
  /// @param mask what each answer is bound to
  private record Prompt(
      int[] ids, boolean startsText, BitSet turnEnds, Supplier<Optional<TokenMask>> mask) {}

  private List<Generation> start(Prompt prompt, GenerationOptions options, int answers) {
    requireOpen();
    if (answers < 1 || answers > MOST_ANSWERS) {
      throw new IllegalArgumentException(
          "answers must be from 1 to %d, found %d".formatted(MOST_ANSWERS, answers));
    }
    requireVocabulary(prompt.ids);
    requireKnownTokens(options);
    if (prompt.ids.length > context()) {
      throw new ContextFullException(
          "the prompt has %d tokens, the context has room for %d"
              .formatted(prompt.ids.length, context()));
    }
    List<Request> requests = new ArrayList<>(answers);
    for (int i = 0; i < answers; i++) {
      requests.add(request(prompt, options, i));
    }
    return Generation.start(model, requests, options);
  }

  private Request request(Prompt prompt, GenerationOptions options, int answer) {
    int vocabulary = tokenizer().vocabularySize();
    IntPredicate endsAnswer =
        id -> id < vocabulary && (tokenizer().isEndOfGeneration(id) || prompt.turnEnds.get(id));
    BitSet stops = new BitSet();
    options.stopTokens().forEach(stops::set);
    LogProbabilityOptions scores = options.logProbabilities();
    if (answer > 0 && scores.scope() == Scope.PROMPT_AND_ANSWER) {
      scores = scores.withScope(Scope.ANSWER);
    }
    return new Request(
        prompt.ids,
        options.maxTokens() < 0 ? Integer.MAX_VALUE : options.maxTokens(),
        new Request.Drawing(
            options.sampling().forAnswer(answer),
            endsAnswer,
            id -> id < vocabulary ? tokenizer().bytes(id) : NOTHING,
            prompt.mask.get()),
        new Request.Stops(options.stopStrings(), id -> endsAnswer.test(id) || stops.get(id)),
        tokenizer().decoder(prompt.startsText),
        scores);
  }

  private Prompt rawPrompt(int[] ids, Supplier<Optional<TokenMask>> mask) {
    boolean continuesText = false;
    for (int id : ids) {
      continuesText |= id >= 0 && id < tokenizer().vocabularySize() && !tokenizer().isSpecial(id);
    }
    return new Prompt(ids, !continuesText, new BitSet(), mask);
  }

  private int[] promptIds(String prompt, GenerationOptions options) {
    requireNonNull(prompt, "prompt");
    requireOpen();
    return tokenizer()
        .framed(
            options.specials() == SpecialTokens.RECOGNISED
                ? tokenizer().encodeWithSpecials(prompt)
                : tokenizer().encode(prompt));
  }

  private void requireVocabulary(int[] ids) {
    if (ids.length == 0) {
      throw new IllegalArgumentException(
          "the prompt is empty, and this model starts with no BOS token: give it some text");
    }
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= tokenizer().vocabularySize()) {
        throw new IllegalArgumentException(
            "token %d of the prompt must be from 0 to %d, found %d"
                .formatted(i, tokenizer().vocabularySize() - 1, ids[i]));
      }
    }
  }

  private void requireKnownTokens(GenerationOptions options) {
    int vocabulary = tokenizer().vocabularySize();
    for (int token : options.stopTokens()) {
      requireKnown("stopTokens", token, vocabulary);
    }
    for (int token : options.sampling().logitBias().keySet()) {
      requireKnown("logitBias", token, vocabulary);
    }
  }

  private static void requireKnown(String option, int token, int vocabulary) {
    if (token >= vocabulary) {
      throw new IllegalArgumentException(
          "%s must name tokens from 0 to %d, found %d".formatted(option, vocabulary - 1, token));
    }
  }

  private int context() {
    return model.engine().context();
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("this model has been closed: " + info().name());
    }
  }
}
