package puna;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.chat.format.ChatTemplate;
import puna.chat.format.PromptRequest;
import puna.chat.tools.ToolFormat;
import puna.chat.tools.ToolPrompts;
import puna.error.ChatTemplateException;
import puna.json.JsonValue.JsonObject;
import puna.token.PromptPart;

/// How a model is shown tools and how it calls them.
record ToolSupport(ToolFormat format, Template template) {
  private static final Tool PROBE = Tool.of("puna_probe", "");

  /// What the model's template can show.
  enum Template {
    /// Tools, and several calls in one message.
    SEVERAL_CALLS,
    /// Tools, and one call a message.
    ONE_CALL,
    /// No tools: they are described in plain text.
    NO_TOOLS
  }

  /// Finds out by trying: what templates refuse is written nowhere but in their code.
  ///
  /// @param source the text of the template; empty where the model has none
  static ToolSupport of(Optional<ChatTemplate> template, String source) {
    if (template.isEmpty() || !shows(template.get(), 0)) {
      return new ToolSupport(ToolFormat.HERMES, Template.NO_TOOLS);
    }
    Template able = shows(template.get(), 2) ? Template.SEVERAL_CALLS : Template.ONE_CALL;
    return new ToolSupport(ToolFormat.of(source), able);
  }

  /// The conversation as the template can show it.
  PromptRequest request(PromptRequest request) {
    return switch (template) {
      case SEVERAL_CALLS -> request;
      case ONE_CALL ->
          new PromptRequest(
              ToolPrompts.oneCallEach(request.messages()),
              request.tools(),
              request.variables(),
              request.opening());
      case NO_TOOLS ->
          new PromptRequest(
              ToolPrompts.asText(request.messages(), request.tools()),
              List.of(),
              request.variables(),
              request.opening());
    };
  }

  private static boolean shows(ChatTemplate template, int calls) {
    List<ChatMessage> messages = new ArrayList<>(List.of(ChatMessage.user("?")));
    List<ToolCall> asked = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      // Some templates demand ids of nine letters and digits.
      asked.add(ToolCall.of("callid00" + i, PROBE.name(), new JsonObject(Map.of())));
    }
    if (calls > 0) {
      messages.add(ChatMessage.assistant("", asked));
      asked.forEach(call -> messages.add(ChatMessage.toolResult(call, "1")));
    }
    try {
      return template.render(PromptRequest.of(messages).withTools(List.of(PROBE))).stream()
          .anyMatch(
              part -> part instanceof PromptPart.Text(String text) && text.contains(PROBE.name()));
    } catch (ChatTemplateException _) {
      return false;
    }
  }
}
