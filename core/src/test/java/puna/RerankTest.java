package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import puna.EmbeddingOptions.LongTexts;
import puna.error.ContextFullException;
import puna.error.InfillException;

/// Ranking and refusals, by the embedded model.
class RerankTest {
  private static @Nullable Llama shared;

  @BeforeAll
  static void open() {
    shared =
        Llama.open(
            ModelSource.file(EmbeddedModel.path()), LlamaOptions.defaults().withContextLength(128));
  }

  @AfterAll
  static void close() {
    llama().close();
  }

  private static Llama llama() {
    if (shared == null) {
      throw new IllegalStateException("no model is open");
    }
    return shared;
  }

  @Test
  void scoresComeInTheDocumentsOrder() {
    List<String> documents = List.of("Paris is the capital of France.", "Bananas are yellow.");
    String query = "What is the capital of France?";
    Ranking both = llama().rerank(query, documents, RerankOptions.defaults());
    Ranking turned = llama().rerank(query, documents.reversed(), RerankOptions.defaults());

    assertThat(both.size()).isEqualTo(2);
    assertThat(both.score(0)).isNotEqualTo(both.score(1));
    assertThat(turned.score(1))
        .isCloseTo(both.score(0), org.assertj.core.api.Assertions.within(1e-2));
    assertThat(both.order().getFirst()).isEqualTo(both.score(0) > both.score(1) ? 0 : 1);
    assertThat(both.rank(both.order().getFirst())).isZero();
    assertThat(turned.usage().cachedTokens()).as("the query was read before").isPositive();
  }

  @Test
  void aDocumentTooLongIsNamedOrCut() {
    String longText = "word ".repeat(400);
    List<String> documents = List.of("short", longText);
    assertThatExceptionOfType(ContextFullException.class)
        .isThrownBy(() -> llama().rerank("q", documents, RerankOptions.defaults()))
        .withMessageStartingWith("document 1 has ")
        .withMessageContaining("the context has room for 128");
    Ranking cut =
        llama().rerank("q", documents, RerankOptions.defaults().withLongTexts(LongTexts.CUT));
    assertThat(cut.size()).isEqualTo(2);
  }

  @Test
  void noDocumentsHaveNoScores() {
    assertThat(llama().rerank("q", List.of(), RerankOptions.defaults()).scores()).isEmpty();
  }

  @Test
  void aTextTooLongToEmbedIsNamedOrCut() {
    int[] ids = IntStream.range(0, 300).map(i -> 1000 + i).toArray();
    List<Prompt> texts = List.of(Prompt.text("short"), Prompt.tokens(ids));
    EmbeddingOptions options = EmbeddingOptions.defaults();
    assertThatExceptionOfType(ContextFullException.class)
        .isThrownBy(() -> llama().embedPrompts(texts, options))
        .withMessageStartingWith("text 1 has 300 tokens, the context has room for 128");
    assertThat(llama().embedPrompts(texts, options.withLongTexts(LongTexts.CUT)).get(1).tokens())
        .isEqualTo(128);
  }

  @Test
  void whatCannotBeEmbeddedIsRefusedByName() {
    EmbeddingOptions options = EmbeddingOptions.defaults();
    assertThatThrownBy(() -> llama().embed(List.of("a", ""), options))
        .hasMessageStartingWith("text 1 is empty");
    assertThatThrownBy(() -> llama().embedPrompts(List.of(Prompt.tokens(99_999)), options))
        .hasMessage("token 0 of text 0 must be from 0 to 49151, found 99999");
    assertThatThrownBy(() -> llama().embed(List.of("a"), options.withDimensions(577)))
        .hasMessage("dimensions must be at most the 576 of this model, found 577");
    assertThat(llama().embed(List.of(), options)).isEmpty();
  }

  @Test
  void aModelWithoutMarksCannotInfill() {
    assertThatExceptionOfType(InfillException.class)
        .isThrownBy(() -> llama().infill("a", "b", GenerationOptions.greedy()))
        .withMessageContaining("has no prefix, suffix and middle tokens");
  }
}
