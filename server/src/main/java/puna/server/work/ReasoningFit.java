package puna.server.work;

import java.util.List;
import puna.ChatOptions;
import puna.ChatOptions.Reasoning;
import puna.Llama;
import puna.chat.ChatMessage;
import puna.error.ChatTemplateException;

/// Whether a model can be told to think, or not to. Clients ask for either without knowing the
/// model.
public final class ReasoningFit {
  private ReasoningFit() {}

  /// Whether a model can be told that.
  public static boolean canBeTold(Llama llama, Reasoning wanted) {
    try {
      llama.prompt(List.of(ChatMessage.user("?")), ChatOptions.defaults().withReasoning(wanted));
      return true;
    } catch (IllegalArgumentException | ChatTemplateException e) {
      return false;
    }
  }

  /// The options, with what is wanted as far as the model can be told. Where thinking cannot be
  /// switched off it ends as soon as it begins.
  public static ChatOptions as(Reasoning wanted, ChatOptions options, Llama llama) {
    if (canBeTold(llama, wanted)) {
      return options.withReasoning(wanted);
    }
    return wanted == Reasoning.OFF ? options.withMaxReasoningTokens(0) : options;
  }
}
