package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Answers that end with a block of code.
@Timeout(600)
class IndentedAnswersTest {
  private static final String CODE = "if x:\n    y\n    z\ndone";

  private static Llama llama;

  @BeforeAll
  static void opens() {
    llama =
        Llama.open(
            ModelSource.file(EmbeddedModel.path()), LlamaOptions.defaults().withContextLength(128));
  }

  @AfterAll
  static void closes() {
    llama.close();
  }

  /// Options of an answer that can be nothing but the code.
  private static GenerationOptions options(int indentation) {
    String literal = CODE.replace("\n", "\\n");
    return GenerationOptions.greedy()
        .withFormat(ResponseFormat.grammar("root ::= \"%s\"".formatted(literal)))
        .withMaxTokens(40)
        .withMinIndentation(indentation);
  }

  private Generation answer(GenerationOptions options) {
    return llama.generate(Prompt.text("code"), options);
  }

  @Test
  void endInFrontOfALineThatIsIndentedLess() {
    Generation answer = answer(options(4));
    assertThat(answer.await()).isEqualTo("if x:\n    y\n    z\n");
    assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(answer.stopString()).isEmpty();
    List<String> pieces = new ArrayList<>();
    answer.forEach(pieces::add);
    assertThat(String.join("", pieces)).isEqualTo(answer.text());
    StringBuilder tokens = new StringBuilder();
    answer.forEachToken(token -> tokens.append(token.text()));
    assertThat(tokens.toString()).isEqualTo(answer.text());
  }

  @Test
  void keepTheIndentationOfTheLineThatEndsThem() {
    assertThat(answer(options(5)).await()).isEqualTo("if x:\n    ");
  }

  @Test
  void areWholeWhereAnyLineMayCome() {
    assertThat(answer(options(0)).await()).isEqualTo(CODE);
  }

  @Test
  void endByAStopStringThatBeginsBefore() {
    Generation answer = answer(options(4).withStopStrings("z\nd"));
    assertThat(answer.await()).isEqualTo("if x:\n    y\n    ");
    assertThat(answer.stopString()).hasValue("z\nd");
  }

  @Test
  void endByTheirLineWhereAStopStringIsHeldBackFromBefore() {
    Generation answer = answer(options(4).withStopStrings("done and more"));
    assertThat(answer.await()).isEqualTo("if x:\n    y\n    z\n");
    assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
  }
}
