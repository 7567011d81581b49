package puna.agent;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.Llama;
import puna.chat.ChatMessage;

/// An open [Llama] as the model of an agent.
public final class LlamaModel implements AgentModel {
  private final Llama llama;
  private final ChatOptions options;

  /// The model of an agent; closing `llama` stays the caller's business.
  ///
  /// @param options of each answer; the agent sets the tools, and lowers the token limit where its
  ///   own is lower
  public LlamaModel(Llama llama, ChatOptions options) {
    this.llama = requireNonNull(llama, "llama");
    this.options = requireNonNull(options, "options");
  }

  @Override
  public Reply reply(List<ChatMessage> messages, Offer offer, Budget budget) {
    int tokens = Math.min(budget.tokens(), options.maxTokens().orElse(budget.tokens()));
    ChatOptions bounded =
        options.withTools(offer.tools()).withToolChoice(offer.choice()).withMaxTokens(tokens);
    try (ChatAnswer answer = llama.chat(messages, bounded)) {
      Thread watch = Thread.ofVirtual().start(() -> cancelAfter(answer, budget.time()));
      try {
        ChatMessage message = answer.message();
        return new Reply(
            message, answer.usage().completionTokens(), answer.finishReason(), answer.cutCall());
      } finally {
        watch.interrupt();
      }
    }
  }

  private static void cancelAfter(ChatAnswer answer, Duration time) {
    try {
      Thread.sleep(time);
      answer.cancel();
    } catch (InterruptedException _) {
      // The answer was faster.
      Thread.currentThread().interrupt();
    }
  }
}
