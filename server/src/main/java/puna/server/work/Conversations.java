package puna.server.work;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import puna.Answers;
import puna.ChatAnswer;
import puna.Llama;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.error.ChatTemplateException;

/// Conversations as clients send them, put to models whose chat templates know fewer forms of them.
///
/// Clients send instructions between turns, several messages of one role in a row, and words behind
/// the results of tools. Where a template refuses that, the same words are told in other messages.
public final class Conversations {
  private static final ContentPart GAP = new ContentPart.Text("\n\n");

  private Conversations() {}

  /// Starts the answers that a task asks for.
  ///
  /// @throws puna.server.wire.Failure where a bias is given to a token that the vocabulary lacks
  /// @throws RuntimeException all that [Llama#chatSeveral] throws
  public static Answers<ChatAnswer> start(Llama llama, ChatTask task) {
    SamplingFields.requireKnown(task.options().sampling(), llama.tokenizer());
    return folded(
        task.messages(), messages -> llama.chatSeveral(messages, task.options(), task.answers()));
  }

  /// The number of tokens of the prompt that [#start] makes.
  ///
  /// @throws RuntimeException all that [Llama#prompt] throws
  public static int promptTokens(Llama llama, ChatTask task) {
    return folded(
        task.messages(),
        messages -> llama.prompt(messages, task.options()).tokens(llama.tokenizer()).length);
  }

  /// Uses a conversation as it is, or in the first form that the model's template can express.
  ///
  /// @throws ChatTemplateException that of the conversation as it is, when it can express none
  public static <T> T folded(List<ChatMessage> messages, Function<List<ChatMessage>, T> use) {
    try {
      return use.apply(messages);
    } catch (ChatTemplateException asGiven) {
      for (List<ChatMessage> form : forms(messages)) {
        try {
          return use.apply(form);
        } catch (ChatTemplateException _) {
          // the next form changes more
        }
      }
      throw asGiven;
    }
  }

  /// Other forms of a conversation, those first that change least.
  static List<List<ChatMessage>> forms(List<ChatMessage> messages) {
    List<ChatMessage> turns = turns(messages);
    List<ChatMessage> plain = withoutSystem(turns);
    Set<List<ChatMessage>> forms =
        new LinkedHashSet<>(List.of(turns, plain, inResults(turns), inResults(plain)));
    forms.remove(messages);
    return List.copyOf(forms);
  }

  /// One message of the system at the beginning, what it says later as a user's, and no two
  /// messages of one role in a row.
  private static List<ChatMessage> turns(List<ChatMessage> messages) {
    List<ChatMessage> turns = new ArrayList<>();
    boolean isBeginning = true;
    for (ChatMessage message : messages) {
      isBeginning &= message.role() == Role.SYSTEM;
      boolean isLate = message.role() == Role.SYSTEM && !isBeginning;
      add(turns, isLate ? ChatMessage.of(Role.USER, message.content()) : message);
    }
    return List.copyOf(turns);
  }

  private static void add(List<ChatMessage> turns, ChatMessage message) {
    Role role = message.role();
    boolean goesOn = !turns.isEmpty() && turns.getLast().role() == role && role != Role.TOOL;
    turns.add(goesOn ? joined(turns.removeLast(), message) : message);
  }

  /// What the system says at the beginning in front of the user's first words.
  private static List<ChatMessage> withoutSystem(List<ChatMessage> turns) {
    if (turns.getFirst().role() != Role.SYSTEM) {
      return turns;
    }
    List<ChatMessage> plain = new ArrayList<>();
    plain.add(ChatMessage.of(Role.USER, turns.getFirst().content()));
    turns.subList(1, turns.size()).forEach(message -> add(plain, message));
    return List.copyOf(plain);
  }

  /// What the user says behind results of tools as a part of the last of them.
  private static List<ChatMessage> inResults(List<ChatMessage> turns) {
    List<ChatMessage> fewer = new ArrayList<>();
    for (ChatMessage message : turns) {
      boolean isBehindResult = !fewer.isEmpty() && fewer.getLast().role() == Role.TOOL;
      fewer.add(
          isBehindResult && message.role() == Role.USER
              ? answered(fewer.removeLast(), message)
              : message);
    }
    return List.copyOf(fewer);
  }

  private static ChatMessage answered(ChatMessage result, ChatMessage words) {
    ContentPart.Result known = result.toolResult().orElseThrow();
    return ChatMessage.of(
        Role.TOOL,
        List.of(
            new ContentPart.Result(
                known.callId(), known.toolName(), joined(known.content(), words.content()))));
  }

  private static ChatMessage joined(ChatMessage first, ChatMessage second) {
    return ChatMessage.of(first.role(), joined(first.content(), second.content()));
  }

  private static List<ContentPart> joined(List<ContentPart> first, List<ContentPart> second) {
    List<ContentPart> parts = new ArrayList<>(first);
    if (!first.isEmpty() && !second.isEmpty()) {
      parts.add(GAP);
    }
    parts.addAll(second);
    return parts;
  }
}
