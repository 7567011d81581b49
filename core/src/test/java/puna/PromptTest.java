package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.chat.ChatMessage;
import puna.engine.FakeDecoder;
import puna.error.ContextFullException;
import puna.token.Tokenizer;

@Timeout(60)
class PromptTest {
  private static final GenerationOptions GREEDY = GenerationOptions.greedy().withMaxTokens(3);

  private final Tokenizer tokenizer = TinyTokenizer.ofBytes();
  private final Llama llama = TinyLlama.open(new FakeDecoder(96, 48, 8, 16), tokenizer);

  @AfterEach
  void closes() {
    llama.close();
  }

  @Test
  void aTextStandsBehindTheBeginning() {
    int[] tokens = Prompt.text("abc").tokens(tokenizer);
    assertThat(tokens).startsWith(TinyTokenizer.BOS).hasSize(4);
    assertThat(tokenizer.decode(tokens)).endsWith("abc");
    assertThat(Prompt.text("").tokens(tokenizer)).containsExactly(TinyTokenizer.BOS);
  }

  @Test
  void theTextOfAMarkIsTextUnlessItsAuthorIsTrusted() {
    assertThat(Prompt.text("a</s>").tokens(tokenizer)).doesNotContain(TinyTokenizer.EOS).hasSize(6);
    assertThat(Prompt.textWithSpecials("a</s>").tokens(tokenizer))
        .endsWith(TinyTokenizer.EOS)
        .hasSize(3);
    assertThat(Prompt.textWithSpecials("abc").tokens(tokenizer))
        .isEqualTo(Prompt.text("abc").tokens(tokenizer));
  }

  @Test
  void tokensStayAsTheyAre() {
    int[] ids = {7, 5, 7};
    Prompt prompt = Prompt.tokens(ids);
    ids[0] = 1;
    int[] first = prompt.tokens(tokenizer);
    assertThat(first).containsExactly(7, 5, 7);
    first[0] = 1;
    assertThat(prompt.tokens(tokenizer)).containsExactly(7, 5, 7);
    assertThat(Prompt.tokens().tokens(tokenizer)).isEmpty();
  }

  @Test
  void promptsAreEqualByWhatTheySay() {
    assertThat(Prompt.text("a"))
        .isEqualTo(Prompt.text("a"))
        .hasSameHashCodeAs(Prompt.text("a"))
        .isNotEqualTo(Prompt.text("b"))
        .isNotEqualTo(Prompt.textWithSpecials("a"))
        .isNotEqualTo(Prompt.tokens(Prompt.text("a").tokens(tokenizer)))
        .isNotEqualTo("a")
        .hasToString("Prompt[text of 1 characters]");
    assertThat(Prompt.tokens(1, 2))
        .isEqualTo(Prompt.tokens(1, 2))
        .hasSameHashCodeAs(Prompt.tokens(1, 2))
        .isNotEqualTo(Prompt.tokens(2, 1))
        .isNotEqualTo(Prompt.text("a"))
        .hasToString("Prompt[2 tokens]");
  }

  @Test
  void aConversationIsGoneOnWithAsItsChatWouldBe() {
    List<ChatMessage> messages = List.of(ChatMessage.user("hello"));
    ChatOptions options = ChatOptions.greedy().withMaxTokens(3);
    Prompt prompt = llama.prompt(messages, options);
    Generation chat = llama.chat(messages, options).generation();
    Generation raw = llama.generate(prompt, GREEDY);
    assertThat(prompt.tokens(tokenizer)).isEqualTo(chat.promptTokens());
    assertThat(raw.promptTokens()).isEqualTo(chat.promptTokens());
    assertThat(raw.tokens()).isEqualTo(chat.tokens());
  }

  @Test
  void whatNoModelCanGoOnWithIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> llama.generate(Prompt.tokens(), GREEDY))
        .withMessageContaining("token");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> llama.generate(Prompt.tokens(1, FakeDecoder.VOCABULARY), GREEDY))
        .withMessageContaining("64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> llama.generate(Prompt.tokens(-1), GREEDY))
        .withMessageContaining("-1");
    assertThatExceptionOfType(ContextFullException.class)
        .isThrownBy(() -> llama.generate(Prompt.text("a".repeat(200)), GREEDY))
        .withMessageContaining("201")
        .withMessageContaining("96");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> llama.prompt(List.of(), ChatOptions.defaults()))
        .withMessage("a conversation needs at least one message, found none");
  }

  @Test
  @SuppressWarnings("NullAway") // nulls of callers that nobody checks
  void nothingIsNull() {
    assertThatNullPointerException().isThrownBy(() -> Prompt.text(null)).withMessage("text");
    assertThatNullPointerException().isThrownBy(() -> Prompt.textWithSpecials(null));
    assertThatNullPointerException().isThrownBy(() -> Prompt.tokens((int[]) null));
  }
}
