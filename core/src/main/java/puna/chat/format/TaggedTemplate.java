package puna.chat.format;

import java.util.List;
import java.util.Set;
import puna.token.Tokenizer;

/// A format whose tags are ordinary text in most vocabularies, and whose turns end with EOS.
abstract class TaggedTemplate implements ChatTemplate {
  final Tokenizer tokenizer;
  final ConversationRules rules;
  private final List<String> tags;

  TaggedTemplate(Tokenizer tokenizer, String format, List<String> tags) {
    this.tokenizer = tokenizer;
    this.rules = new ConversationRules(format);
    this.tags = tags;
  }

  @Override
  public final String name() {
    return rules.format();
  }

  @Override
  public final Set<String> marks() {
    return Set.copyOf(tags);
  }

  @Override
  public final TextMarks textMarks() {
    return TextMarks.of(tokenizer, tags);
  }

  @Override
  public final Set<String> stopTokens() {
    return Set.of();
  }
}
