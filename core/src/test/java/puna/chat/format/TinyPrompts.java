package puna.chat.format;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import puna.token.PromptPart;

/// Templates for the tests of other packages, by a vocabulary of `<s>` and `</s>`.
public final class TinyPrompts {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2025-07-04T09:05:06Z"), ZoneOffset.UTC);

  private TinyPrompts() {}

  public static ChatTemplate parse(String source) {
    return ChatTemplates.parse(source, TinyVocabulary.with("<s>", "</s>"), CLOCK);
  }

  public static String text(List<PromptPart> parts) {
    return TinyVocabulary.text(parts);
  }
}
