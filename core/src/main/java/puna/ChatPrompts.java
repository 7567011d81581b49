package puna;

import java.util.ArrayList;
import java.util.List;
import puna.ChatOptions.OnHistoryFull;
import puna.chat.ChatMessage;
import puna.chat.format.ChatTemplate;
import puna.chat.tools.Thinking;
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
    AnswerBeginning beginning = plan.beginning(messages);
    List<PromptPart> prompt = chatTemplate().render(plan.request(beginning.asked()));
    return beginning.text().isEmpty() ? prompt : begun(prompt, beginning.text(), plan);
  }

  /// The prompt with the beginning of its answer. Where the model would think first its reasoning
  /// is over.
  private List<PromptPart> begun(List<PromptPart> prompt, String text, AnswerPlan plan) {
    if (!chatTemplate().textMarks().brokenUp(text).equals(text)) {
      throw new ChatTemplateException(
          chatTemplate().name()
              + ": the text of the last message holds a mark of this format; take it out");
    }
    List<PromptPart> parts = new ArrayList<>(prompt);
    Thinking thinking = plan.thinkingAfter(prompt);
    if (thinking.start() == Thinking.Start.BEGUN) {
      boolean isSpecial = model.tokenizer().special(thinking.close()).isPresent();
      parts.add(new PromptPart.Text("\n"));
      parts.add(
          isSpecial
              ? new PromptPart.Special(thinking.close())
              : new PromptPart.Text(thinking.close()));
      parts.add(new PromptPart.Text("\n\n"));
    }
    parts.add(new PromptPart.Text(text));
    return List.copyOf(parts);
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
