package puna.chat.format;

import java.util.List;
import java.util.Set;
import puna.error.ChatTemplateException;
import puna.token.PromptPart;

/// The format of a file whose template cannot be parsed: the model itself is usable, a conversation
/// with it is not.
///
/// @param reason what is wrong with the template, and where
record UnusableTemplate(String reason) implements ChatTemplate {
  @Override
  public String name() {
    return "unusable template";
  }

  @Override
  public List<PromptPart> render(PromptRequest request) {
    throw new ChatTemplateException("the model's chat template cannot be parsed: " + reason);
  }

  @Override
  public Set<String> stopTokens() {
    return Set.of();
  }
}
