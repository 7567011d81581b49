package puna.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.ChatAnswer;
import puna.agent.Agent;
import puna.agent.AgentLimits;
import puna.agent.AgentModel;
import puna.agent.AgentRun;
import puna.agent.AgentTool;
import puna.agent.Decision;
import puna.agent.ToolHints;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ToolCall;
import puna.chat.ToolChoice;
import puna.cli.command.Text;
import puna.error.AnswerInterruptedException;

/// Answers a message with the help of tools, each of which is asked about.
final class McpSpeaker implements ChatSession.Speaker {
  private static final int STEPS = 20;

  /// A person watches, and can stop it: time and tokens are limited by nobody else.
  private static final AgentLimits LIMITS =
      AgentLimits.defaults()
          .withSteps(STEPS)
          .withTime(Duration.ofDays(30))
          .withOutputTokens(Integer.MAX_VALUE);

  private final McpChat servers;
  private final McpChat.Setting setting;
  private final ChatTools.Voice voice;
  private final TerminalChat.StopButton stop;
  private volatile Thread speaking = Thread.currentThread();

  McpSpeaker(
      McpChat servers,
      McpChat.Setting setting,
      ChatTools.Voice voice,
      TerminalChat.StopButton stop) {
    this.servers = servers;
    this.setting = setting;
    this.voice = voice;
    this.stop = stop;
  }

  @Override
  public ChatMessage speak(List<ChatMessage> messages) {
    return turns(messages).getLast();
  }

  @Override
  public List<ChatMessage> turns(List<ChatMessage> messages) {
    speaking = Thread.currentThread();
    List<ChatMessage> asked = withInstructions(messages);
    ToolChoice first = setting.options().toolChoice().orElseGet(ToolChoice::auto);
    Agent agent = new Agent(this::reply, servers.tools(), LIMITS).withApproval(this::decide);
    try {
      AgentRun run = agent.run(asked, first);
      note(run);
      return settled(run.messages().subList(asked.size(), run.messages().size()));
    } catch (StoppedException | AnswerInterruptedException _) {
      setting.console().err().println("(stopped; the message is forgotten)");
      return List.of();
    } finally {
      boolean _ = Thread.interrupted(); // a tool was stopped, not the chat
    }
  }

  private List<ChatMessage> withInstructions(List<ChatMessage> messages) {
    String instructions = servers.instructions();
    if (instructions.isEmpty()) {
      return messages;
    }
    List<ChatMessage> all = new ArrayList<>(messages);
    boolean hasSystem = all.getFirst().role() == Role.SYSTEM;
    String own = hasSystem ? all.removeFirst().text() + "\n\n" : "";
    all.addFirst(ChatMessage.system(own + instructions));
    return all;
  }

  private AgentModel.Reply reply(
      List<ChatMessage> messages, AgentModel.Offer offer, AgentModel.Budget budget) {
    showResults(messages);
    ChatAnswer answer =
        voice.say(
            messages, setting.options().withTools(offer.tools()).withToolChoice(offer.choice()));
    aimAtTools();
    return new AgentModel.Reply(
        answer.message(),
        answer.usage().completionTokens(),
        answer.finishReason(),
        answer.cutCall());
  }

  /// The results behind the last answer, which the model reads now.
  private void showResults(List<ChatMessage> messages) {
    int first = messages.size();
    while (first > 0 && messages.get(first - 1).role() == Role.TOOL) {
      first--;
    }
    for (ChatMessage result : messages.subList(first, messages.size())) {
      String name = result.toolResult().flatMap(part -> part.toolName()).orElse("the tool");
      setting
          .console()
          .err()
          .println("%s: %s".formatted(Text.escaped(name), Text.oneLine(result.text())));
    }
  }

  private Decision decide(AgentTool tool, ToolCall call) {
    CallQuestion.About about =
        new CallQuestion.About(
            tool.title(), does(tool.hints().effect()), tool.hints().origin().orElse(""));
    stop.aim(() -> {}); // the question has an end of its own
    Optional<String> refusal = setting.question().refusal(call, about);
    aimAtTools();
    return refusal.map(Decision::refuse).orElseGet(Decision::approve);
  }

  private void aimAtTools() {
    Thread waiting = speaking;
    stop.aim(waiting::interrupt);
  }

  private static String does(ToolHints.Effect effect) {
    return switch (effect) {
      case READS -> "says that it changes nothing";
      case ADDS -> "says that it destroys nothing";
      case DESTROYS -> "may overwrite or delete something";
      case UNKNOWN -> "does not say what it changes";
    };
  }

  private void note(AgentRun run) {
    boolean hasCalls = !run.messages().getLast().toolCalls().isEmpty();
    String note =
        switch (run.ending()) {
          case STEPS_USED_UP -> "no answer after %s rounds of tool calls".formatted(STEPS);
          case CUT_OFF ->
              hasCalls
                  ? "the answer was cut off, so none of its calls is made; --max-tokens allows more,"
                      + " --one-call asks for fewer"
                  : "";
          default -> "";
        };
    if (!note.isEmpty()) {
      setting.console().err().println("puna: " + note);
    }
  }

  /// Without calls that nobody answers: an answer that was cut off may end with some.
  private static List<ChatMessage> settled(List<ChatMessage> added) {
    List<ChatMessage> turns = new ArrayList<>(added);
    Optional<ChatMessage> last = turns.isEmpty() ? Optional.empty() : Optional.of(turns.getLast());
    if (last.isPresent() && last.get().role() == Role.ASSISTANT) {
      if (last.get().text().isEmpty()) {
        turns.removeLast();
      } else if (!last.get().toolCalls().isEmpty()) {
        turns.set(turns.size() - 1, ChatMessage.assistant(last.get().text()));
      }
    }
    return turns;
  }
}
