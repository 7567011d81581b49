package puna;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import puna.AnswerOptions.Echo;
import puna.AnswerOptions.OnContextFull;
import puna.engine.Guesses;
import puna.engine.Request;
import puna.engine.Terms;
import puna.error.ContextFullException;
import puna.grammar.mask.TokenMask;
import puna.sample.LogProbabilityOptions;
import puna.sample.LogProbabilityOptions.Scope;
import puna.sample.SamplingOptions;
import puna.sample.chain.AnswerSeeds;
import puna.token.Tokenizer;

/// From token ids and options to running answers.
final class AnswerStarter {
  private static final byte[] NOTHING = {};

  private final LoadedModel model;
  private final Tokenizer tokenizer;

  AnswerStarter(LoadedModel model) {
    this.model = model;
    this.tokenizer = model.tokenizer();
  }

  /// What an answer begins with.
  ///
  /// @param startsText whether the answer's text begins one, instead of going on with the prompt's
  /// @param turnEnds tokens that end an answer beside the model's end tokens
  /// @param marks tokens that are marks of calls: no stop string reaches across them
  /// @param mask what each answer is bound to
  private record Beginning(
      int[] ids,
      boolean startsText,
      BitSet turnEnds,
      Set<Integer> marks,
      Supplier<Optional<TokenMask>> mask) {}

  /// Starts answers to a conversation.
  ///
  /// @param ids of its prompt
  List<Generation> chat(int[] ids, AnswerPlan plan, ChatOptions options, int answers) {
    BitSet turnEnds = new BitSet();
    model
        .chatTemplate()
        .orElseThrow()
        .stopTokens()
        .forEach(token -> tokenizer.special(token).ifPresent(turnEnds::set));
    return start(
        new Beginning(ids, !plan.continuesText(), turnEnds, plan.markIds().keySet(), plan::mask),
        options,
        answers);
  }

  /// Starts answers that go on with tokens.
  List<Generation> goOn(int[] ids, GenerationOptions options, int answers) {
    boolean continuesText = false;
    for (int id : ids) {
      continuesText |= id >= 0 && id < tokenizer.vocabularySize() && !tokenizer.isSpecial(id);
    }
    ResponseFormat format = options.format().orElseGet(ResponseFormat::text);
    Supplier<Optional<TokenMask>> mask = () -> AnswerPlan.formatMask(model.grammars(), format);
    return start(
        new Beginning(ids, !continuesText, new BitSet(), Set.of(), mask), options, answers);
  }

  private List<Generation> start(Beginning beginning, AnswerOptions<?> options, int answers) {
    if (answers < 1 || answers > Llama.MOST_ANSWERS) {
      throw new IllegalArgumentException(
          "answers must be from 1 to %s, found %s".formatted(Llama.MOST_ANSWERS, answers));
    }
    requireVocabulary(beginning.ids);
    requireKnownTokens(options);
    int context = model.engine().context();
    if (beginning.ids.length > context) {
      throw ContextFullException.ofPrompt(beginning.ids.length, context);
    }
    List<Request> requests = new ArrayList<>(answers);
    for (int i = 0; i < answers; i++) {
      requests.add(request(beginning, options, i));
    }
    String echoed =
        switch (options.echo().orElse(Echo.ANSWER)) {
          case PROMPT_AND_ANSWER -> tokenizer.decode(beginning.ids);
          case ANSWER -> "";
        };
    OnContextFull onContextFull = options.onContextFull().orElse(OnContextFull.FINISH);
    return Generation.start(
        model, requests, new Generation.Reading(echoed, onContextFull, terms(options)));
  }

  private static Terms terms(AnswerOptions<?> options) {
    int rank = options.priority().orElse(Priority.NORMAL).rank();
    Guesses guesses =
        switch (options.speculation().orElse(Speculation.OFF)) {
          case OFF -> Guesses.NONE;
          case PROMPT_LOOKUP -> Guesses.LOOKUP;
          case DRAFT_MODEL -> Guesses.DRAFT;
        };
    return new Terms(rank, options.caller().orElse(""), options.deadline(), guesses);
  }

  private Request request(Beginning beginning, AnswerOptions<?> options, int answer) {
    int vocabulary = tokenizer.vocabularySize();
    IntPredicate endsAnswer =
        id -> id < vocabulary && (tokenizer.isEndOfGeneration(id) || beginning.turnEnds.get(id));
    BitSet stops = new BitSet();
    options.stopTokens().forEach(stops::set);
    LogProbabilityOptions scores = options.logProbabilities().orElse(LogProbabilityOptions.NONE);
    if (answer > 0 && scores.scope() == Scope.PROMPT_AND_ANSWER) {
      scores = scores.withScope(Scope.ANSWER);
    }
    SamplingOptions sampling = options.sampling().over(model.info().sampling());
    return new Request(
        beginning.ids,
        options.maxTokens().orElse(AnswerOptions.DEFAULT_MAX_TOKENS),
        new Request.Drawing(
            AnswerSeeds.of(sampling, answer),
            endsAnswer,
            id -> id < vocabulary ? tokenizer.bytes(id) : NOTHING,
            beginning.mask.get()),
        new Request.Stops(
            options.stopStrings(),
            id -> endsAnswer.test(id) || stops.get(id),
            beginning.marks::contains,
            options.indentation()),
        tokenizer.decoder(beginning.startsText),
        scores);
  }

  /// @throws IllegalArgumentException when there is no token, or one that the vocabulary lacks
  void requireVocabulary(int[] ids) {
    if (ids.length == 0) {
      throw new IllegalArgumentException(
          "the prompt is empty, and this model starts with no BOS token: give it some text");
    }
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= tokenizer.vocabularySize()) {
        throw new IllegalArgumentException(
            "token %s of the prompt must be from 0 to %s, found %s"
                .formatted(i, tokenizer.vocabularySize() - 1, ids[i]));
      }
    }
  }

  private void requireKnownTokens(AnswerOptions<?> options) {
    int vocabulary = tokenizer.vocabularySize();
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
          "%s must name tokens from 0 to %s, found %s".formatted(option, vocabulary - 1, token));
    }
  }
}
