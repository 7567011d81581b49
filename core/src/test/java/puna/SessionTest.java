package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.engine.FakeDecoder;
import puna.error.AnswerInterruptedException;
import puna.error.SavedStateException;

/// Conversations as values, and their files, with a decoder that notices every wrong block.
@Timeout(60)
class SessionTest {
  private static final int CONTEXT = 192;
  private static final int WIDTH = 8;
  private static final ChatOptions GREEDY = ChatOptions.greedy().withMaxTokens(12);

  @TempDir private Path folder;

  private static Llama open() {
    return open(24, WIDTH);
  }

  private static Llama open(int blocks, int width) {
    return TinyLlama.open(new FakeDecoder(CONTEXT, blocks, width, 16), TinyTokenizer.create(true));
  }

  private static ChatMessage question(int number) {
    return ChatMessage.user("WHAT IS NUMBER".repeat(2) + (char) ('A' + number));
  }

  private static Session talk(Llama llama, int turns) {
    Session session = llama.session(List.of());
    for (int turn = 0; turn < turns; turn++) {
      session = session.after(session.chat(question(turn), GREEDY));
    }
    return session;
  }

  @Test
  void everyTurnIsANewValue() {
    try (Llama llama = open()) {
      Session empty = llama.session(List.of());
      ChatAnswer answer = empty.chat(question(0), GREEDY);
      Session one = empty.after(answer);
      assertThat(empty.messages()).isEmpty();
      assertThat(one.messages()).containsExactly(question(0), answer.message());
      assertThat(one).isEqualTo(llama.session(one.messages())).hasSameHashCodeAs(one.rewind(2));
      assertThat(one).isNotEqualTo(empty).isNotEqualTo(one.with(question(1)));
      assertThat(one.rewind(0)).isEqualTo(empty);
      assertThat(one).hasToString("Session[2 messages]");
      Session asked = one.with(question(1));
      Session two = asked.after(asked.chat(GREEDY));
      assertThat(two.messages()).hasSize(4).startsWith(question(0));
      assertThat(one.after(one.chat(question(1), GREEDY))).isEqualTo(two);
    }
  }

  @Test
  void messagesOfTheCallerAreCopied() {
    try (Llama llama = open()) {
      List<ChatMessage> messages = new ArrayList<>(List.of(question(0)));
      Session session = llama.session(messages);
      messages.clear();
      assertThat(session.messages()).hasSize(1);
    }
  }

  @Test
  void twoBranchesGoOnFromOneSession() {
    try (Llama llama = open()) {
      Session common = talk(llama, 1);
      ChatAnswer left = common.chat(question(1), GREEDY);
      ChatAnswer right = common.chat(question(2), GREEDY);
      assertThat(common.after(left).messages()).endsWith(question(1), left.message());
      assertThat(common.after(right).messages()).endsWith(question(2), right.message());
      assertThat(right.usage().cachedTokens()).isPositive();
    }
  }

  @Test
  void aRestoredConversationTakesItsPromptFromTheCache() {
    Path file = folder.resolve("talk.session");
    List<ChatMessage> messages;
    ChatMessage expected;
    try (Llama llama = open()) {
      Session session = talk(llama, 2);
      messages = session.messages();
      session.save(file);
      expected = session.chat(question(7), GREEDY).message();
    }
    try (Llama llama = open()) {
      Session restored = llama.restore(file);
      assertThat(restored.messages()).isEqualTo(messages);
      ChatAnswer answer = restored.chat(question(7), GREEDY);
      int common = llama.prompt(messages, GREEDY).tokens(llama.tokenizer()).length - 1;
      assertThat(answer.usage().cachedTokens()).isGreaterThanOrEqualTo(common / WIDTH * WIDTH);
      assertThat(answer.message()).isEqualTo(expected);
    }
  }

  @Test
  void whatTheCacheHasForgottenIsComputedAgain() {
    Path file = folder.resolve("talk.session");
    try (Llama llama = open()) {
      llama.session(List.of(question(0), ChatMessage.assistant("A"), question(1))).save(file);
    }
    try (Llama llama = open()) {
      ChatAnswer answer = llama.restore(file).chat(GREEDY);
      assertThat(answer.usage().cachedTokens()).isGreaterThanOrEqualTo(7 * WIDTH);
      String _ = answer.text();
    }
  }

  @Test
  void toolsArePartOfWhatIsSaved() {
    Path file = folder.resolve("talk.session");
    ChatOptions tools = GREEDY.withTools(List.of(Tool.of("LOOK_UP_A_NUMBER", "")));
    List<ChatMessage> messages = List.of(question(0), ChatMessage.assistant("A"), question(1));
    try (Llama llama = open()) {
      llama.session(messages).withOptions(tools).save(file);
    }
    try (Llama llama = open()) {
      ChatAnswer plain = llama.restore(file).chat(GREEDY);
      assertThat(plain.usage().cachedTokens()).isZero();
      ChatAnswer asked = llama.restore(file).chat(tools);
      assertThat(asked.usage().cachedTokens()).isGreaterThanOrEqualTo(7 * WIDTH);
    }
  }

  @Test
  void aSmallCacheTakesWhatItHasRoomFor() {
    Path file = folder.resolve("talk.session");
    try (Llama llama = open()) {
      talk(llama, 3).save(file);
    }
    try (Llama llama = open(8, WIDTH)) {
      Session restored = llama.restore(file);
      assertThat(restored.messages()).hasSize(6);
      ChatAnswer answer = restored.rewind(0).chat(question(0), GREEDY);
      assertThat(answer.usage().cachedTokens()).isEqualTo(3 * WIDTH);
      String _ = answer.text();
    }
  }

  @Test
  void conversationsThatDoNotFitTheContextAreSavedAllTheSame() {
    Path file = folder.resolve("long.session");
    try (Llama llama = open()) {
      Session large = llama.session(List.of(ChatMessage.user("X".repeat(2 * CONTEXT))));
      large.save(file);
      assertThat(llama.restore(file)).isEqualTo(large);
      Session empty = llama.session(List.of());
      empty.save(file);
      assertThat(llama.restore(file)).isEqualTo(empty);
    }
  }

  @Test
  void refusesFilesOfOtherKindsByName() throws Exception {
    Path file = folder.resolve("talk.session");
    try (Llama llama = open();
        Llama wider = open(24, 2 * WIDTH)) {
      talk(llama, 1).save(file);
      refuses(wider, file, "belongs to another KV cache: it must be");
      byte[] bytes = Files.readAllBytes(file);
      bytes[200] ^= 1;
      Files.write(file, bytes);
      refuses(llama, file, "found");
      Files.writeString(file, "no session");
      refuses(llama, file, "must have a header of 128 bytes, found a file of 10");
      refuses(llama, folder, "must be a file, found a folder");
      refuses(llama, folder.resolve("none"), "there is no such file");
    }
  }

  private static void refuses(Llama llama, Path file, String message) {
    assertThatExceptionOfType(SavedStateException.class)
        .isThrownBy(() -> llama.restore(file))
        .withMessageStartingWith(file + ": ")
        .withMessageContaining(message);
  }

  @Test
  void refusesMessagesThatAreNone() {
    Path file = Path.of("a.session");
    for (String json : List.of("", "{}", "[", "[1]", "[{\"role\":\"king\",\"content\":\"\"}]")) {
      assertThatExceptionOfType(SavedStateException.class)
          .as(json)
          .isThrownBy(() -> Session.messages(file, json.getBytes(StandardCharsets.UTF_8)))
          .withMessageStartingWith("a.session: ");
    }
  }

  @Test
  void refusesMistakesOfItsCaller() {
    try (Llama llama = open();
        Llama other = open()) {
      Session session = talk(llama, 1);
      for (int count : new int[] {-1, 3, Integer.MAX_VALUE}) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> session.rewind(count))
            .withMessage(
                "a conversation of 2 messages can be rewound to 0 to 2 of them, found " + count);
      }
      ChatAnswer foreign = other.chat(List.of(question(0)), GREEDY);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> session.after(foreign))
          .withMessageContaining("the answer must be one to this conversation of 2 messages");
      assertThatIllegalArgumentException()
          .isThrownBy(() ->
              other
                  .session(session.messages().subList(0, 1))
                  .after(llama.chat(session.messages(), GREEDY)));
      assertThatIllegalArgumentException()
          .isThrownBy(() ->
              session.save(
                  folder.resolve("x"),
                  SessionOptions.defaults().withPrecision(SavedPrecision.Q8_0)))
          .withMessage("q8_0 needs heads of whole blocks of 32 numbers, this model's have 2");
      assertThatExceptionOfType(SavedStateException.class)
          .isThrownBy(() -> session.save(folder.resolve("no/folder/x")))
          .withMessageContaining("x: cannot be written: ");
      assertThatIllegalStateException()
          .isThrownBy(llama::saveCache)
          .withMessage("the model was opened without a cache folder");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @SuppressWarnings("NullAway") // what it is about
  void refusesNull() {
    try (Llama llama = open()) {
      Session session = llama.session(List.of());
      assertThatNullPointerException().isThrownBy(() -> llama.restore(null)).withMessage("file");
      assertThatNullPointerException().isThrownBy(() -> session.with(null)).withMessage("message");
      assertThatNullPointerException()
          .isThrownBy(() -> session.withOptions(null))
          .withMessage("value");
      assertThatNullPointerException().isThrownBy(() -> session.save(null)).withMessage("file");
    }
  }

  @Test
  void aClosedModelIsRefused() {
    Llama llama = open();
    Session session = talk(llama, 1);
    llama.close();
    Path file = folder.resolve("x");
    assertThatIllegalStateException().isThrownBy(() -> session.save(file));
    assertThatIllegalStateException().isThrownBy(() -> llama.restore(file));
    assertThatIllegalStateException().isThrownBy(llama::saveCache);
    assertThat(session.messages()).hasSize(2);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anInterruptedSaveLeavesTheOldFile() throws Exception {
    Path file = folder.resolve("talk.session");
    try (Llama llama = open()) {
      Session session = talk(llama, 1);
      session.save(file);
      byte[] before = Files.readAllBytes(file);
      Session later = session.after(session.chat(question(1), GREEDY));
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(AnswerInterruptedException.class)
          .isThrownBy(() -> later.save(file));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(Files.readAllBytes(file)).isEqualTo(before);
      later.save(file);
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(AnswerInterruptedException.class)
          .isThrownBy(() -> llama.restore(file));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(llama.restore(file)).isEqualTo(later);
      try (Stream<Path> all = Files.list(folder)) {
        assertThat(all).hasSize(1);
      }
    }
  }

  @Test
  void manyThreadsSaveRestoreAndAskAtOnce() throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (Llama llama = open(60, WIDTH)) {
      List<Thread> threads = new ArrayList<>();
      for (int number = 0; number < 8; number++) {
        Path file = folder.resolve("talk-" + number % 4);
        int first = number;
        threads.add(
            Thread.startVirtualThread(() -> {
              try {
                for (int round = 0; round < 5; round++) {
                  Session session = llama.session(List.of());
                  session = session.after(session.chat(question(first + round), GREEDY));
                  session.save(file);
                  assertThat(llama.restore(file).messages()).hasSize(2);
                }
              } catch (Throwable e) {
                failure.set(e);
              }
            }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(failure.get()).isNull();
  }

  @Test
  void closingWhileOneIsSavedEndsTheSave() throws Exception {
    for (int round = 0; round < 20; round++) {
      Llama llama = open();
      Session session = talk(llama, 2);
      Path file = folder.resolve("talk.session");
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread saver =
          Thread.startVirtualThread(() -> {
            try {
              session.save(file);
            } catch (IllegalStateException expected) {
              // closed before it was done
            } catch (Throwable e) {
              failure.set(e);
            }
          });
      llama.close();
      saver.join();
      assertThat(failure.get()).isNull();
      assertThat(folder.toFile().list()).hasSizeLessThanOrEqualTo(1);
    }
  }
}
