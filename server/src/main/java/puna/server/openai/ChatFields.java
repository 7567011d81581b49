package puna.server.openai;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import puna.ChatOptions;
import puna.ChatOptions.LastMessage;
import puna.ChatOptions.OnHistoryFull;
import puna.Llama;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonString;
import puna.sample.LogProbabilityOptions;
import puna.server.wire.Failure;
import puna.server.wire.Fields;
import puna.server.work.AnswerTerms;
import puna.server.work.ChatTask;
import puna.server.work.SamplingFields;

/// A request for chat completions.
public final class ChatFields {
  static final double MOST_TEMPERATURE = 2;
  private static final int MOST_LIKELIEST = 20;
  private static final int MOST_ANSWERS = 128;

  private ChatFields() {}

  /// What it asks for.
  ///
  /// @param caller on whose behalf; empty for anybody's
  public static ChatTask read(Fields request, String caller) {
    String model = request.requiredText("model");
    ChatOptions options =
        ChatOptions.defaults()
            .withSampling(SamplingFields.read(request, MOST_TEMPERATURE))
            .withMaxTokens(mostTokens(request, "max_completion_tokens", "max_tokens"));
    options = AnswerTerms.stopping(options, request.texts("stop"));
    options = AnswerTerms.onBehalfOf(options, caller);
    options = ToolFields.read(request, options);
    Optional<puna.ResponseFormat> format = FormatFields.read(request, "response_format");
    if (format.isPresent()) {
      options = options.withFormat(format.get());
    }
    options = reasoning(request, options);
    options = logProbabilities(request, options);
    options = history(request, options);
    int answers = request.integer("n", 1, Math.min(MOST_ANSWERS, Llama.MOST_ANSWERS)).orElse(1);
    requireText(request);
    List<ChatMessage> messages = MessageFields.read(request);
    return new ChatTask(model, messages, goingOn(messages, options), answers);
  }

  /// Words of the assistant at the end are the beginning of the answer.
  private static ChatOptions goingOn(List<ChatMessage> messages, ChatOptions options) {
    ChatMessage last = messages.getLast();
    if (last.role() != Role.ASSISTANT || !last.toolCalls().isEmpty() || last.text().isEmpty()) {
      return options;
    }
    Role before = messages.size() == 1 ? Role.ASSISTANT : messages.get(messages.size() - 2).role();
    if (before == Role.ASSISTANT) {
      throw Failure.invalid(
          "messages",
          "messages: an answer can go on with one message of the assistant that follows another"
              + " role's, found "
              + (messages.size() == 1 ? "it alone" : "two at the end"));
    }
    return options.withLastMessage(LastMessage.CONTINUE);
  }

  /// The limit of an answer, by the first of these names that is there; without one, and for -1, an
  /// answer may fill the context.
  static int mostTokens(Fields request, String... names) {
    int most = -1;
    for (String name : names) { // all are looked at: each may be wrong
      OptionalInt found = request.integer(name, -1, Integer.MAX_VALUE);
      most = most < 0 ? found.orElse(-1) : most;
    }
    return most < 0 ? Integer.MAX_VALUE : most;
  }

  /// What happens to a conversation that is too long, by the Responses API's name.
  static ChatOptions history(Fields request, ChatOptions options) {
    String word = request.text("truncation").orElse("disabled");
    return switch (word) {
      case "disabled" -> options;
      case "auto" -> options.withOnHistoryFull(OnHistoryFull.DROP_MIDDLE);
      default ->
          throw Failure.invalid(
              "truncation", "truncation: must be auto or disabled, found " + word);
    };
  }

  private static ChatOptions logProbabilities(Fields request, ChatOptions options) {
    boolean wanted = request.isSet("logprobs");
    OptionalInt likeliest = request.integer("top_logprobs", 0, MOST_LIKELIEST);
    if (likeliest.isPresent() && !wanted) {
      throw Failure.invalid("top_logprobs", "top_logprobs: needs \"logprobs\": true");
    }
    return wanted
        ? options.withLogProbabilities(LogProbabilityOptions.ofAnswer(likeliest.orElse(0)))
        : options;
  }

  private static ChatOptions reasoning(Fields request, ChatOptions options) {
    Map<String, JsonValue> variables = new LinkedHashMap<>();
    Optional<String> effort = request.text("reasoning_effort");
    effort.ifPresent(word -> variables.put("reasoning_effort", new JsonString(word)));
    request
        .object("chat_template_kwargs")
        .ifPresent(more -> variables.putAll(more.json().members()));
    ChatOptions with = variables.isEmpty() ? options : options.withVariables(variables);
    OptionalInt budget = request.integer("thinking_budget_tokens", 0, Integer.MAX_VALUE);
    if (budget.isPresent()) {
      with = with.withMaxReasoningTokens(budget.getAsInt());
    }
    return with;
  }

  /// Sound is asked for in two ways.
  private static void requireText(Fields request) {
    boolean isSpoken = request.has("audio");
    if (isSpoken || request.texts("modalities").contains("audio")) {
      String name = isSpoken ? "audio" : "modalities";
      throw Failure.unsupported(name, name + ": this server answers with text alone");
    }
  }
}
