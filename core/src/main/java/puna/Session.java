package puna;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.ChatOptions.LastMessage;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.error.ChatTemplateException;
import puna.error.JsonException;
import puna.error.SavedStateException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.options.Option;
import puna.saved.BlockFileWriter.Form;
import puna.text.FileText;

/// A conversation with one open model, as a value: immutable, and equal to another of the same
/// model and messages.
///
/// Every change is a new session. To fork a conversation is to go on twice from one session; to
/// come back, keep the earlier one or [#rewind]. A session holds no memory of the model: what its
/// messages have in common with earlier prompts is found in the prefix cache, whichever session
/// those were of.
///
/// ```java
/// Session session = llama.session(List.of(ChatMessage.system("Be brief.")));
/// try (ChatAnswer answer = session.chat(ChatMessage.user("Hello!"), ChatOptions.defaults())) {
///   session = session.after(answer);
/// }
/// session.save(Path.of("hello.session"));
/// ```
public final class Session {
  private final Llama llama;
  private final List<ChatMessage> messages;
  private final ChatOptions options; // how the last prompt was written

  Session(Llama llama, List<ChatMessage> messages, ChatOptions options) {
    this.llama = llama;
    this.messages = List.copyOf(messages);
    this.options = options;
  }

  /// All messages, the oldest first; unmodifiable.
  public List<ChatMessage> messages() {
    return messages;
  }

  /// The conversation with one more message.
  public Session with(ChatMessage message) {
    return new Session(llama, followedBy(message), options);
  }

  /// The conversation as one whose prompts are written with these options: tools and template
  /// variables stand in them, which decides what [#save] keeps. [#after] takes an answer's own.
  public Session withOptions(ChatOptions value) {
    return new Session(llama, messages, requireNonNull(value, "value"));
  }

  private List<ChatMessage> followedBy(ChatMessage message) {
    List<ChatMessage> all = new ArrayList<>(messages);
    all.add(requireNonNull(message, "message"));
    return all;
  }

  /// Asks: answers `message` behind this conversation, as [Llama#chat] does. This session stays as
  /// it is; [#after] is the one that has both turns.
  public ChatAnswer chat(ChatMessage message, ChatOptions options) {
    return llama.chat(followedBy(message), options);
  }

  /// Answers the last message of this conversation, as [Llama#chat] does.
  public ChatAnswer chat(ChatOptions options) {
    return llama.chat(messages, options);
  }

  /// The conversation with what an answer to it was asked, and with the answer as far as it came;
  /// waits for its end.
  ///
  /// @throws IllegalArgumentException when the answer is none to this conversation
  public Session after(ChatAnswer answer) {
    List<ChatMessage> asked = answer.asked().messages();
    boolean continues =
        asked.size() >= messages.size()
            && asked.subList(0, messages.size()).equals(messages)
            && answer.asked().llama() == llama;
    if (!continues) {
      throw new IllegalArgumentException(
          "the answer must be one to this conversation of %s messages, found one to %s other ones"
              .formatted(messages.size(), asked.size()));
    }
    List<ChatMessage> all = new ArrayList<>(asked);
    ChatMessage said = answer.message();
    ChatOptions how = answer.asked().options();
    boolean continued = how.lastMessage().equals(Optional.of(LastMessage.CONTINUE));
    all.add(continued ? joined(all.removeLast(), said) : said);
    return new Session(llama, all, how);
  }

  private static ChatMessage joined(ChatMessage beginning, ChatMessage rest) {
    List<ContentPart> parts = new ArrayList<>(beginning.content());
    parts.addAll(rest.content());
    return ChatMessage.of(Role.ASSISTANT, parts);
  }

  /// The conversation as it was with its first messages alone.
  ///
  /// @param count how many of them, from 0 to those that there are
  public Session rewind(int count) {
    if (count < 0 || count > messages.size()) {
      throw new IllegalArgumentException(
          "a conversation of %s messages can be rewound to 0 to %s of them, found %s"
              .formatted(messages.size(), messages.size(), count));
    }
    return new Session(llama, messages.subList(0, count), options);
  }

  /// Saves the conversation with default options.
  ///
  /// @throws SavedStateException when it cannot be written
  public void save(Path file) {
    save(file, SessionOptions.defaults());
  }

  /// Saves the messages, and the keys and values that the model has computed for them, so that
  /// [Llama#restore] need not compute them again; what is not in the cache any more is computed
  /// first. Whatever happens meanwhile, the file is the old one or the new one. Only its owner may
  /// read it.
  ///
  /// What is saved is the prompt as the last answer's options wrote it: other tools or template
  /// variables make another prompt.
  ///
  /// @throws SavedStateException when it cannot be written
  /// @throws IllegalArgumentException when the model's heads cannot be saved in that precision
  /// @throws puna.error.AnswerInterruptedException when the calling thread is interrupted
  /// @throws IllegalStateException when the model is closed, or when called by a listener on the
  ///   engine's own thread
  public void save(Path file, SessionOptions how) {
    requireNonNull(file, "file");
    Form form =
        switch (how.precision().orElse(SavedPrecision.AS_CACHED)) {
          case AS_CACHED -> Form.AS_CACHED;
          case Q8_0 -> Form.Q8_0;
        };
    SavedPrompt.write(llama, lastingTokens(), new SavedPrompt.Target(file, json(messages), form));
  }

  /// The tokens that the next prompt begins with, whatever it will ask.
  private int[] lastingTokens() {
    if (messages.isEmpty()) {
      return new int[0];
    }
    Role last = messages.getLast().role();
    try {
      if (last == Role.USER || last == Role.TOOL) {
        return tokens(messages);
      }
      int[] one = tokens(followedBy(ChatMessage.user("a")));
      int[] other = tokens(followedBy(ChatMessage.user("b")));
      int common = Arrays.mismatch(one, other);
      return common < 0 ? one : Arrays.copyOf(one, common);
    } catch (ChatTemplateException _) {
      return new int[0]; // the messages are what counts
    }
  }

  private int[] tokens(List<ChatMessage> prompt) {
    ChatOptions answered = options.withLastMessage(LastMessage.ANSWER);
    return llama.prompt(prompt, answered).tokens(llama.tokenizer());
  }

  private static byte[] json(List<ChatMessage> messages) {
    List<JsonValue> elements = new ArrayList<>();
    messages.forEach(message -> elements.add(message.toJson()));
    return Json.write(new JsonArray(elements)).getBytes(StandardCharsets.UTF_8);
  }

  /// The messages of a saved session.
  ///
  /// @param json empty where the file has none
  /// @throws SavedStateException when they are no messages
  static List<ChatMessage> messages(Path file, byte[] json) {
    String origin = FileText.line(file.toString());
    if (json.length == 0) {
      throw new SavedStateException(
          origin + ": must have the messages of a session, found cached blocks alone");
    }
    try {
      return Option.list(
          Json.parse(new String(json, StandardCharsets.UTF_8), "messages"),
          message -> ChatMessage.fromJson(Option.readObject(message)));
    } catch (JsonException | IllegalArgumentException e) {
      throw new SavedStateException(FileText.line(origin + ": messages: " + e.getMessage()), e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Session session
        && llama == session.llama
        && messages.equals(session.messages);
  }

  @Override
  public int hashCode() {
    return messages.hashCode();
  }

  @Override
  public String toString() {
    return "Session[%s messages]".formatted(messages.size());
  }
}
