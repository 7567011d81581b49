package puna;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import puna.chat.Tool;
import puna.chat.format.ChatTemplate;
import puna.chat.format.PromptRequest;
import puna.token.PromptPart;

/// All names of tools and all messages in a row, between the marks of the tiny tokenizer.
final class TinyTemplate implements ChatTemplate {
  @Override
  public String name() {
    return "turns";
  }

  @Override
  public List<PromptPart> render(PromptRequest request) {
    List<PromptPart> parts = new ArrayList<>();
    parts.add(new PromptPart.Special("<s>"));
    for (Tool tool : request.tools()) {
      parts.add(new PromptPart.Text(tool.name()));
    }
    request.messages().forEach(message -> parts.add(new PromptPart.Text(message.text())));
    parts.add(new PromptPart.Special("<end>"));
    return parts;
  }

  @Override
  public Set<String> stopTokens() {
    return Set.of("<end>");
  }
}
