package puna;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import puna.chat.format.ChatTemplate;
import puna.chat.format.PromptRequest;
import puna.json.JsonValue.JsonBoolean;
import puna.token.PromptPart;

/// The tiny template, of a model that thinks.
record ThinkingTemplate(Opening opening) implements ChatTemplate {
  /// What stands in the text of such a template.
  static final String SOURCE = "<tool_call> <think> </think>";

  /// What the template does with the mark that opens the reasoning.
  enum Opening {
    LEFT_TO_MODEL,
    IN_PROMPT,
    /// In the prompt, unless it is told not to think.
    SWITCHED
  }

  @Override
  public String name() {
    return "thinking";
  }

  @Override
  public List<PromptPart> render(PromptRequest request) {
    List<PromptPart> parts = new ArrayList<>(new TinyTemplate().render(request));
    boolean off = JsonBoolean.FALSE.equals(request.variables().get("enable_thinking"));
    switch (opening) {
      case LEFT_TO_MODEL -> {}
      case IN_PROMPT -> parts.add(new PromptPart.Text("<think>"));
      case SWITCHED -> parts.add(new PromptPart.Text(off ? "<think></think>" : "<think>"));
    }
    return parts;
  }

  @Override
  public Set<String> stopTokens() {
    return Set.of("<end>");
  }
}
