package puna;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import puna.AnswerOptions.Echo;
import puna.AnswerOptions.OnContextFull;
import puna.ChatOptions.ToolCalls;
import puna.ThinkingTemplate.Opening;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolChoice;
import puna.engine.FakeDecoder;
import puna.model.Decoder;
import puna.sample.LogProbabilityOptions;
import puna.sample.SamplingOptions;
import puna.sample.SamplingOptions.EndTokens;
import puna.token.Tokenizer;

/// A question, how it is answered, and how the answers are ended: all of it from one seed.
final class RandomAnswers {
  private static final Tokenizer WITH_END = TinyTokenizer.ofBytes();
  private static final Tokenizer WITHOUT_END = TinyTokenizer.ofBytesWithoutEnd();
  private static final List<ResponseFormat> FORMATS =
      List.of(
          ResponseFormat.text(),
          ResponseFormat.text(),
          ResponseFormat.regex("[a-fé]{2,9}"),
          ResponseFormat.choices("abcde", "abcdéf", "x"),
          ResponseFormat.grammar("root ::= \"[\" (root (\",\" root)*)? \"]\""));
  private static final ChatOptions TOOLS =
      ChatOptions.defaults()
          .withTools(Tool.of("f", ""))
          .withToolChoice(ToolChoice.required())
          .withToolCalls(ToolCalls.ONE);

  /// How the answers end, where they do not end themselves before.
  enum Way {
    THEMSELVES,
    CANCEL,
    CLOSE,
    CLOSE_THE_MODEL,
    INTERRUPT_A_READER,
    A_READER_THROWS,
    A_STEP_FAILS
  }

  private final Random random;
  private final Tokenizer tokenizer;
  private final int context;
  private final int maxBatch;
  private final ChatOptions options;
  private final String message;
  private final int answers;
  private final Way way;
  private final int spins;
  private final boolean thinks;

  RandomAnswers(Random random) {
    this.random = random;
    tokenizer = random.nextInt(3) == 0 ? WITHOUT_END : WITH_END;
    context = 16 + random.nextInt(80);
    maxBatch = 1 + random.nextInt(16);
    message = letters(random.nextInt(8));
    answers = 1 + random.nextInt(3);
    way = Way.values()[random.nextInt(Way.values().length)];
    spins = random.nextInt(1 + random.nextInt(3_000));
    options = withDeadline(withStops(withoutStops()));
    thinks = random.nextInt(5) == 0;
  }

  private ChatOptions withoutStops() {
    SamplingOptions sampling = SamplingOptions.greedy();
    if (random.nextBoolean()) {
      sampling = sampling.withTemperature(1.5f).withSeed(random.nextInt(1_000_000));
    }
    if (random.nextBoolean()) { // halves of characters
      sampling = sampling.withLogitBias(Map.of(41, 5f, 42, 5f, 43, 4f));
    }
    ChatOptions form = form();
    boolean isFree = form.equals(ChatOptions.defaults());
    if (isFree && random.nextBoolean()) {
      sampling = sampling.withEndTokens(EndTokens.BANNED);
    }
    ChatOptions answering =
        form.withSampling(sampling)
            .withMaxTokens(random.nextInt(4) == 0 ? random.nextInt(20) : Integer.MAX_VALUE)
            .withOnContextFull(random.nextInt(3) == 0 ? OnContextFull.THROW : OnContextFull.FINISH)
            .withEcho(random.nextInt(4) == 0 ? Echo.PROMPT_AND_ANSWER : Echo.ANSWER);
    if (random.nextInt(4) == 0) {
      answering = answering.withLogProbabilities(LogProbabilityOptions.ofAnswer(2));
    }
    return answering;
  }

  /// What the answers are bound to.
  private ChatOptions form() {
    return random.nextInt(6) == 0
        ? TOOLS
        : ChatOptions.defaults().withFormat(FORMATS.get(random.nextInt(FORMATS.size())));
  }

  /// Some end before they would by themselves.
  private ChatOptions withDeadline(ChatOptions plain) {
    return random.nextInt(10) == 0
        ? plain.withDeadline(Duration.ofMillis(1 + random.nextInt(3)))
        : plain;
  }

  /// Stop strings that begin with what an answer says, and go on as it does, or do not.
  private ChatOptions withStops(ChatOptions plain) {
    String text = said(plain);
    List<String> stops = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0 && !text.isEmpty(); i--) {
      int from = random.nextInt(text.length());
      int to = from + 1 + random.nextInt(Math.min(12, text.length() - from));
      String end =
          switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> letters(1);
            default -> "\u0001never";
          };
      stops.add(text.substring(from, to) + end);
    }
    return plain.withStopStrings(stops);
  }

  /// What an answer says that nothing stops.
  private String said(ChatOptions plain) {
    ChatOptions whole = plain.withOnContextFull(OnContextFull.FINISH).withEcho(Echo.ANSWER);
    try (Llama llama = TinyLlama.open(fake(null), tokenizer);
        ChatAnswer answer = llama.chat(messages(), whole)) {
      return answer.generation().text();
    }
  }

  private String letters(int count) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < count; i++) {
      letters.append((char) ('a' + random.nextInt(26)));
    }
    return letters.toString();
  }

  /// @param steps each step takes a permit
  Llama open(Semaphore steps) {
    FakeDecoder fake = fake(steps);
    Decoder decoder =
        way == Way.A_STEP_FAILS ? new FailingDecoder(fake, 1 + random.nextInt(40)) : fake;
    // Letters at random close no reasoning, so that such answers are reasoning alone.
    return thinks
        ? TinyLlama.thinking(decoder, tokenizer, new ThinkingTemplate(Opening.IN_PROMPT))
        : TinyLlama.open(decoder, tokenizer);
  }

  private FakeDecoder fake(@Nullable Semaphore steps) {
    KvShape shape = new KvShape(1, 1, 2, Math.ceilDiv(context, 8) + 3, 8, KvType.F16);
    return new FakeDecoder(context, shape, maxBatch, steps);
  }

  List<ChatMessage> messages() {
    return List.of(ChatMessage.user(message));
  }

  ChatOptions options() {
    return options;
  }

  int answers() {
    return answers;
  }

  Way way() {
    return way;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  /// Steps that are done before the answers are ended.
  int stepsBefore() {
    return random.nextInt(3) == 0 ? 0 : random.nextInt(60);
  }

  /// True where the answers are ended while a step waits, false where that races.
  boolean endsWithinAStep() {
    return switch (way) {
      case CANCEL, CLOSE, INTERRUPT_A_READER -> random.nextBoolean();
      case THEMSELVES, CLOSE_THE_MODEL, A_READER_THROWS, A_STEP_FAILS -> false;
    };
  }

  boolean isHeardLive() {
    return random.nextBoolean();
  }

  /// Lets a random time pass.
  void dawdle() {
    for (int i = 0; i < spins; i++) {
      Thread.onSpinWait();
    }
  }

  /// The answer's text by its tokens alone.
  String textOf(List<GeneratedToken> tokens) {
    var decoder = tokenizer.decoder(true);
    StringBuilder text = new StringBuilder();
    tokens.forEach(token -> text.append(decoder.append(token.id())));
    text.append(decoder.finish());
    int end = Integer.MAX_VALUE;
    int length = text.length();
    for (String stop : options.stopStrings()) {
      int at = text.indexOf(stop);
      if (at >= 0 && at + stop.length() <= end) {
        length = at + stop.length() < end ? at : Math.min(length, at);
        end = at + stop.length();
      }
    }
    return text.substring(0, length);
  }
}
