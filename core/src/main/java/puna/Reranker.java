package puna;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import puna.EmbeddingOptions.LongTexts;
import puna.chat.ChatMessage;
import puna.chat.format.ChatTemplate;
import puna.engine.Embedder;
import puna.engine.NextTokenOdds;
import puna.engine.NextTokenOdds.Odds;
import puna.engine.Pooling;
import puna.engine.ScoringException;
import puna.engine.Terms;
import puna.error.AnswerInterruptedException;
import puna.error.ContextFullException;
import puna.error.GenerationException;
import puna.model.RankHead;
import puna.token.Tokenizer;

/// From a query and documents to scores: by the model's rank head, or by asking it for yes or no.
final class Reranker {
  private static final List<String> YES = List.of("yes", "Yes", " yes", " Yes");
  private static final List<String> NO = List.of("no", "No", " no", " No");

  private final LoadedModel model;
  private final RerankOptions options;
  private final Tokenizer tokenizer;
  private final Optional<RankHead> head;

  Reranker(LoadedModel model, RerankOptions options) {
    this.model = model;
    this.options = options;
    this.tokenizer = model.tokenizer();
    this.head = model.reading().rankHead();
  }

  Ranking rank(String query, List<String> documents) {
    List<int[]> texts = new ArrayList<>(documents.size());
    for (int i = 0; i < documents.size(); i++) {
      texts.add(fitted(query, documents.get(i), "document " + i));
    }
    try {
      return head.isPresent() ? byHead(head.get(), texts) : byAnswer(texts);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AnswerInterruptedException("interrupted while ranking documents", e);
    } catch (ScoringException e) {
      throw new GenerationException("ranking broke off: " + e.getMessage(), e);
    }
  }

  private Ranking byHead(RankHead scorer, List<int[]> texts) throws InterruptedException {
    List<Embedder.Pooled> states = new Embedder(model.engine(), Pooling.LAST, terms()).embed(texts);
    double[] scores = states.stream().mapToDouble(state -> scorer.score(state.vector())).toArray();
    int cached = states.stream().mapToInt(Embedder.Pooled::cachedTokens).sum();
    return ranking(scores, texts, cached);
  }

  private Ranking byAnswer(List<int[]> texts) throws InterruptedException {
    Set<Integer> yes = firstTokens(YES);
    Set<Integer> no = firstTokens(NO);
    Set<Integer> both = new TreeSet<>(yes);
    both.retainAll(no);
    yes.removeAll(both);
    no.removeAll(both);
    if (yes.isEmpty() || no.isEmpty()) {
      throw new IllegalArgumentException(
          "ranking needs a model with a rank head, or one whose tokens tell yes from no");
    }
    List<Odds> odds = new NextTokenOdds(model.engine(), terms()).of(texts, ids(yes), ids(no));
    double[] scores = odds.stream().mapToDouble(Odds::logOdds).toArray();
    return ranking(scores, texts, odds.stream().mapToInt(Odds::cachedTokens).sum());
  }

  private static Ranking ranking(double[] scores, List<int[]> texts, int cached) {
    for (int i = 0; i < scores.length; i++) {
      if (!Double.isFinite(scores[i])) {
        throw new GenerationException(
            "the score of document %s must be a finite number, found %s".formatted(i, scores[i]));
      }
    }
    int read = texts.stream().mapToInt(text -> text.length).sum();
    return new Ranking(scores, new Usage(read, cached, 0));
  }

  private Terms terms() {
    return TextReading.terms(options.priority(), options.caller(), options.deadline());
  }

  private Set<Integer> firstTokens(List<String> words) {
    Set<Integer> tokens = new TreeSet<>();
    for (String word : words) {
      int[] ids = tokenizer.encode(word);
      if (ids.length > 0 && !tokenizer.decode(new int[] {ids[0]}).isBlank()) {
        tokens.add(ids[0]); // not the space that all words begin with
      }
    }
    return tokens;
  }

  private static int[] ids(Set<Integer> tokens) {
    return tokens.stream().mapToInt(token -> token).toArray();
  }

  /// The tokens that are read of a document, which is cut where the options allow it.
  private int[] fitted(String query, String document, String place) {
    int context = model.engine().context();
    int[] ids = text(query, document);
    int[] own = {};
    for (int kept = Integer.MAX_VALUE;
        ids.length > context;
        ids = text(query, decoded(own, kept))) {
      if (kept == Integer.MAX_VALUE) {
        own = tokenizer.encode(document);
      }
      if (options.longTexts().orElse(LongTexts.REFUSE) == LongTexts.REFUSE || kept == 0) {
        throw ContextFullException.ofText(
            "%s has %s tokens with its query, the context has room for %s"
                    .formatted(place, ids.length, context)
                + (kept == 0
                    ? ": the query alone is too long"
                    : "; LongTexts.CUT leaves out its end"),
            ids.length,
            context);
      }
      kept = Math.max(0, Math.min(kept, own.length) - (ids.length - context));
    }
    return new TextReading(model, options.longTexts()).fitted(ids, place);
  }

  private String decoded(int[] ids, int count) {
    return tokenizer.decode(Arrays.copyOf(ids, count));
  }

  private int[] text(String query, String document) {
    if (head.isPresent() && options.template().isEmpty()) {
      int[] end = tokenizer.addsEos() ? tokenizer.eos().stream().toArray() : new int[0];
      int[] between = end.length > 0 ? end : tokenizer.encode("\n");
      return tokenizer.framed(
          Stream.of(tokenizer.encode(query), between, tokenizer.encode(document))
              .flatMapToInt(IntStream::of)
              .toArray());
    }
    String filled = filled(query, document);
    if (head.isPresent() || model.chatTemplate().isEmpty()) {
      return tokenizer.framed(tokenizer.encode(filled));
    }
    ChatTemplate template = model.chatTemplate().get();
    AnswerPlan plan = new AnswerPlan(model, ChatOptions.defaults());
    return tokenizer.encode(
        template.render(plan.request(List.of(ChatMessage.user(filled)))), template.marks());
  }

  /// A query may hold what looks like the other's place.
  private String filled(String query, String document) {
    String template = options.template().orElse(RerankOptions.DEFAULT_TEMPLATE);
    int first = template.indexOf(RerankOptions.QUERY);
    int second = template.indexOf(RerankOptions.DOCUMENT);
    StringBuilder text = new StringBuilder(template);
    if (first < second) {
      text.replace(second, second + RerankOptions.DOCUMENT.length(), document);
      text.replace(first, first + RerankOptions.QUERY.length(), query);
    } else {
      text.replace(first, first + RerankOptions.QUERY.length(), query);
      text.replace(second, second + RerankOptions.DOCUMENT.length(), document);
    }
    return text.toString();
  }
}
