package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import puna.ChatOptions.LastMessage;
import puna.ThinkingTemplate.Opening;
import puna.chat.ChatMessage;
import puna.chat.ContentPart;
import puna.chat.ToolCall;
import puna.json.JsonValue.JsonObject;
import puna.token.Tokenizer;

/// Messages of the assistant that an answer goes on with.
class ContinuedMessageTest {
  private static final ChatOptions CONTINUED =
      ChatOptions.greedy().withMaxTokens(50).withLastMessage(LastMessage.CONTINUE);
  private static final ChatMessage QUESTION = ChatMessage.user("a");

  @Test
  void standAtTheEndOfThePrompt() {
    try (Llama llama = open("cd")) {
      int[] before = tokens(llama, List.of(QUESTION), ChatOptions.greedy());
      int[] text = llama.tokenizer().encode("ab");
      assertThat(tokens(llama, begun("ab"), CONTINUED)).isEqualTo(joined(before, text));
      try (ChatAnswer answer = llama.chat(begun("ab"), CONTINUED)) {
        assertThat(answer.generation().promptTokens()).isEqualTo(joined(before, text));
        assertThat(answer.message()).isEqualTo(ChatMessage.assistant("cd"));
        assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
      }
    }
  }

  @Test
  void areOrdinaryMessagesUnlessTheOptionsSayOtherwise() {
    try (Llama llama = open("cd")) {
      assertThat(tokens(llama, begun("ab"), ChatOptions.greedy()))
          .isEqualTo(
              tokens(llama, begun("ab"), ChatOptions.greedy().withLastMessage(LastMessage.ANSWER)))
          .isNotEqualTo(tokens(llama, begun("ab"), CONTINUED));
    }
  }

  @Test
  void withoutTextBeginAnew() {
    try (Llama llama = open("cd")) {
      assertThat(tokens(llama, begun(""), CONTINUED))
          .isEqualTo(tokens(llama, List.of(QUESTION), ChatOptions.greedy()));
    }
  }

  @Test
  void neverBecomeSpecialTokens() {
    try (Llama llama = open("cd")) {
      int end = llama.tokenizer().special("<end>").orElseThrow();
      int[] plain = tokens(llama, List.of(QUESTION), ChatOptions.greedy());
      int[] with = tokens(llama, begun("<end>"), CONTINUED);
      assertThat(Arrays.copyOfRange(with, plain.length, with.length)).doesNotContain(end);
    }
  }

  @Test
  void bindTheRestAlone() {
    ChatOptions bound = CONTINUED.withFormat(ResponseFormat.choices("yes", "no"));
    try (Llama llama = open("yes");
        ChatAnswer answer = llama.chat(begun("ab"), bound)) {
      assertThat(answer.text()).isEqualTo("yes");
    }
  }

  @Test
  void endTheReasoning() {
    Tokenizer tokenizer = TinyTokenizer.ofBytes();
    for (Opening opening : Opening.values()) {
      ScriptedDecoder decoder = new ScriptedDecoder(tokenizer, "cd");
      try (Llama llama = TinyLlama.thinking(decoder, tokenizer, new ThinkingTemplate(opening));
          ChatAnswer answer = llama.chat(begun("ab"), CONTINUED)) {
        assertThat(answer.message()).isEqualTo(ChatMessage.assistant("cd"));
        assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
        String prompt = llama.tokenizer().decode(answer.generation().promptTokens());
        // the tiny vocabulary has no line ends, which stand around the mark
        assertThat(prompt).endsWith(opening == Opening.LEFT_TO_MODEL ? "aab" : "</think>ab");
      }
    }
  }

  @Test
  void mustBeTheAssistantsAndFollowAnother() {
    ToolCall call = ToolCall.of("f", new JsonObject(Map.of()));
    try (Llama llama = open("cd")) {
      for (List<ChatMessage> messages :
          List.of(
              List.of(QUESTION),
              List.of(ChatMessage.assistant("ab")),
              List.of(QUESTION, ChatMessage.assistant("ab", List.of(call))))) {
        assertThatThrownBy(() -> llama.chat(messages, CONTINUED))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("continued");
      }
    }
  }

  @Test
  void areOneMessageOfASessionWithWhatFollows() {
    try (Llama llama = open("cd")) {
      Session session = llama.session(List.of(QUESTION));
      try (ChatAnswer answer = session.chat(ChatMessage.assistant("ab"), CONTINUED)) {
        Session after = session.after(answer);
        assertThat(after.messages()).hasSize(2);
        assertThat(after.messages().getLast().text()).isEqualTo("abcd");
        assertThat(after.messages().getLast().content())
            .containsExactly(new ContentPart.Text("ab"), new ContentPart.Text("cd"));
      }
    }
  }

  @Test
  void tellWhichStopStringEndedTheRest() {
    try (Llama llama = open("cdef")) {
      try (ChatAnswer answer = llama.chat(begun("ab"), CONTINUED.withStopStrings("x", "e"))) {
        assertThat(answer.text()).isEqualTo("cd");
        assertThat(answer.generation().stopString()).contains("e");
      }
    }
    try (Llama llama = open("cdef");
        ChatAnswer answer = llama.chat(begun("ab"), CONTINUED.withStopStrings("b"))) {
      assertThat(answer.text()).isEqualTo("cdef");
      assertThat(answer.generation().stopString()).isEmpty();
    }
  }

  private static Llama open(String script) {
    Tokenizer tokenizer = TinyTokenizer.ofBytes();
    return TinyLlama.open(new ScriptedDecoder(tokenizer, script), tokenizer);
  }

  private static List<ChatMessage> begun(String text) {
    List<ChatMessage> messages = new ArrayList<>(List.of(QUESTION));
    messages.add(ChatMessage.assistant(text));
    return messages;
  }

  private static int[] tokens(Llama llama, List<ChatMessage> messages, ChatOptions options) {
    return llama.prompt(messages, options).tokens(llama.tokenizer());
  }

  private static int[] joined(int[] first, int[] second) {
    return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
  }
}
