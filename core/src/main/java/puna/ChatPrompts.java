package puna;

import java.util.List;
import puna.ChatOptions.OnHistoryFull;
import puna.chat.ChatMessage;
import puna.chat.format.ChatTemplate;
import puna.error.ChatTemplateException;
import puna.token.PromptPart;

/// From conversations to the tokens of prompts.
final class ChatPrompts {
  private final LoadedModel model;

  ChatPrompts(LoadedModel model) {
    this.model = model;
  }

  /// As much of a conversation as leaves room for its answer, where the options ask for that.
  LongHistory.Fitted fitted(List<ChatMessage> messages, ChatOptions options, AnswerPlan plan) {
    List<ChatMessage> all = List.copyOf(messages);
    return switch (options.onHistoryFull().orElse(OnHistoryFull.THROW)) {
      case THROW -> new LongHistory.Fitted(all, List.of());
      case DROP_MIDDLE -> {
        int answer = options.maxTokens().orElse(AnswerOptions.DEFAULT_MAX_TOKENS);
        int context = model.engine().context();
        yield new LongHistory(all)
            .fit(
                kept -> encoded(rendered(kept, plan)).length,
                context,
                Math.min(answer, context / 4));
      }
    };
  }

  int[] encoded(List<PromptPart> prompt) {
    return model.tokenizer().encode(prompt, chatTemplate().marks());
  }

  /// @throws ChatTemplateException when the model has no known chat template, or its template
  ///   cannot express the conversation
  List<PromptPart> rendered(List<ChatMessage> messages, AnswerPlan plan) {
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("a conversation needs at least one message, found none");
    }
    return chatTemplate().render(plan.request(messages));
  }

  private ChatTemplate chatTemplate() {
    return model
        .chatTemplate()
        .orElseThrow(() ->
            new ChatTemplateException(
                model.info().name()
                    + " has no chat format that Puna knows; generate from raw text instead"));
  }
}
