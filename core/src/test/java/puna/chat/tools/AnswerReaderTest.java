package puna.chat.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import puna.TestSeed;
import puna.chat.ChatEvent;
import puna.chat.ChatMessage;
import puna.chat.ContentPart;
import puna.chat.tools.Thinking.Start;

class AnswerReaderTest {
  private static final Set<String> NONE = Set.of();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "MODEL | ~<think>\na b\n</think>\n\nc~ | a b | c",
        "MODEL | ~ \n<think>a</think>c~ | a | c",
        "MODEL | ~c <think>a</think>~ | ~~ | ~c <think>a</think>~",
        "MODEL | ~ <thi~ | ~~ | ~ <thi~",
        "MODEL | ~<think>a~ | a | ~~",
        "MODEL | ~<think></think>~ | ~~ | ~~",
        "MODEL | ~<think>a</think>b</think>c~ | a | ~b</think>c~",
        "BEGUN | ~a</think> c~ | a | c",
        "BEGUN | ~\n<think>\na</think>c~ | a | c",
        "BEGUN | ~a <think> b</think>c~ | ~a <think> b~ | c",
        "BEGUN | ~</think>c~ | ~~ | c",
        "BEGUN | ~a </thi~ | ~a </thi~ | ~~",
        "BEGUN | ~ a~ | a | ~~",
        "NEVER | ~<think>a</think>c~ | ~~ | ~<think>a</think>c~"
      })
  void partsReasoningFromText(Start start, String answer, String reasoning, String text) {
    for (int step : List.of(answer.length(), 1, 2, 3)) {
      List<ChatEvent> events = read(reader(start, NONE), answer, step);
      assertThat(joined(events, ChatEvent.ReasoningDelta.class)).isEqualTo(reasoning);
      assertThat(joined(events, ChatEvent.TextDelta.class)).isEqualTo(text);
      ChatMessage message = ((ChatEvent.Finished) events.getLast()).message();
      assertThat(message.text()).isEqualTo(text);
      assertThat(message.content().getFirst() instanceof ContentPart.Reasoning)
          .isEqualTo(!reasoning.isEmpty());
    }
  }

  @Test
  void takesMarksThatAreTokensOnlyAsSuch() {
    Set<String> marks = Set.of(Thinking.OPEN, Thinking.CLOSE);
    AnswerReader reader = reader(Start.MODEL, marks);
    List<ChatEvent> events = new ArrayList<>(reader.special(Thinking.OPEN));
    events.addAll(reader.append("a </think> b"));
    events.addAll(reader.special(Thinking.OPEN));
    assertThat(reader.isThinking()).isTrue();
    events.addAll(reader.special(Thinking.CLOSE));
    assertThat(reader.isThinking()).isFalse();
    events.addAll(reader.append("\nc"));
    events.addAll(reader.finish());
    assertThat(joined(events, ChatEvent.ReasoningDelta.class)).isEqualTo("a </think> b<think>");
    assertThat(joined(events, ChatEvent.TextDelta.class)).isEqualTo("c");
  }

  @Test
  void knowsWhoOpensTheReasoning() {
    Thinking thinking = Thinking.of("{% … '</think>' … %}");
    assertThat(thinking.start()).isEqualTo(Start.MODEL);
    assertThat(thinking.after("<|assistant|><think>\n").start()).isEqualTo(Start.BEGUN);
    assertThat(thinking.after("<think>\n\n</think>\n\n").start()).isEqualTo(Start.NEVER);
    assertThat(thinking.after("<think>a</think>b<|assistant|>").start()).isEqualTo(Start.MODEL);
    assertThat(Thinking.of("[THINK][/THINK]").open()).isEqualTo("[THINK]");
    assertThat(Thinking.of("").start()).isEqualTo(Start.NEVER);
    assertThat(Thinking.never().after("<think>").start()).isEqualTo(Start.NEVER);
    assertThatThrownBy(() -> new Thinking(Start.MODEL, " ", "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not be blank");
  }

  @ParameterizedTest
  @EnumSource(ToolFormat.class)
  void readsTheSameHoweverTheAnswerIsCut(ToolFormat format) {
    for (long seed = 0; seed < 1000; seed++) {
      Random random = TestSeed.random(seed);
      Start start = List.of(Start.values()).get(random.nextInt(Start.values().length));
      StringBuilder answer = new StringBuilder(random.nextBoolean() ? "<think>" : " ");
      for (String part : RandomAnswers.parts(random)) {
        answer.append(random.nextInt(4) == 0 ? "</think>" : "").append(part);
      }
      List<List<ChatEvent>> ways = new ArrayList<>();
      for (int step : List.of(answer.length(), 1, 1 + random.nextInt(8))) {
        AnswerReader reader =
            new AnswerReader(
                new Thinking(start, Thinking.OPEN, Thinking.CLOSE),
                NONE,
                Optional.of(
                    new ToolCallParser(
                        format, OfferedNames.of(List.of("f", "g")), NONE, () -> "id")));
        ways.add(read(reader, answer.toString(), step));
      }
      for (List<ChatEvent> way : ways) {
        assertThat(way.getLast())
            .as("seed %s: %s", seed, answer)
            .isEqualTo(ways.getFirst().getLast());
        assertThat(joined(way, ChatEvent.ReasoningDelta.class))
            .isEqualTo(joined(ways.getFirst(), ChatEvent.ReasoningDelta.class));
      }
    }
  }

  private static AnswerReader reader(Start start, Set<String> specials) {
    return new AnswerReader(
        new Thinking(start, Thinking.OPEN, Thinking.CLOSE), specials, Optional.empty());
  }

  private static List<ChatEvent> read(AnswerReader reader, String answer, int step) {
    List<ChatEvent> events = new ArrayList<>();
    for (int at = 0; at < answer.length(); at += step) {
      events.addAll(reader.append(answer.substring(at, Math.min(answer.length(), at + step))));
    }
    events.addAll(reader.finish());
    return events;
  }

  private static String joined(List<ChatEvent> events, Class<? extends ChatEvent> kind) {
    StringBuilder text = new StringBuilder();
    for (ChatEvent event : events) {
      if (kind.isInstance(event)) {
        text.append(
            switch (event) {
              case ChatEvent.ReasoningDelta(String piece) -> piece;
              case ChatEvent.TextDelta(String piece) -> piece;
              default -> "";
            });
      }
    }
    return text.toString();
  }
}
