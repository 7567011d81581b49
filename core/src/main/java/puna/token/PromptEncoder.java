package puna.token;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import puna.token.SpecialMatcher.Match;

/// Prompts and text with special tokens to ids: cuts them, and leaves the text between to a
/// tokenizer.
final class PromptEncoder {
  /// Text between special tokens to ids.
  interface Fragments {
    void encode(int from, int to, Before before);
  }

  /// What stands before a fragment.
  enum Before {
    /// The start of the text.
    NOTHING,
    /// A token that carries text of its own.
    TEXT_TOKEN,
    /// A mark for the model.
    CONTROL
  }

  /// A tokenizer's way to begin one text.
  interface Texts {
    Fragments begin(byte[] utf8, IdBuffer out);
  }

  private final Vocabulary vocabulary;
  private final Texts texts;

  PromptEncoder(Vocabulary vocabulary, Texts texts) {
    this.vocabulary = vocabulary;
    this.texts = texts;
  }

  int[] encode(String text, SpecialMatcher specials) {
    byte[] utf8 = Utf8.encode(text);
    IdBuffer out = new IdBuffer(utf8.length / 3);
    encode(utf8, specials, Before.NOTHING, out);
    return out.toArray();
  }

  int[] encode(List<PromptPart> parts, SpecialMatcher specials) {
    IdBuffer out = new IdBuffer(64);
    StringBuilder text = new StringBuilder();
    Before before = Before.NOTHING;
    for (PromptPart part : parts) {
      switch (part) {
        case PromptPart.Text(String more) -> text.append(more);
        case PromptPart.Special(String token) -> {
          encode(Utf8.encode(text.toString()), specials, before, out);
          text.setLength(0);
          out.add(require(token));
          before = Before.CONTROL;
        }
      }
    }
    encode(Utf8.encode(text.toString()), specials, before, out);
    return out.toArray();
  }

  private void encode(byte[] utf8, SpecialMatcher specials, Before first, IdBuffer out) {
    if (utf8.length == 0) {
      return;
    }
    Fragments fragments = texts.begin(utf8, out);
    Before before = first;
    int at = 0;
    for (Optional<Match> match = specials.find(utf8, 0);
        match.isPresent();
        match = specials.find(utf8, at)) {
      Match found = match.get();
      if (found.from() > at) {
        fragments.encode(at, found.from(), before);
      }
      out.add(found.id());
      before = behind(found.id());
      at = found.to();
    }
    if (at < utf8.length) {
      fragments.encode(at, utf8.length, before);
    }
  }

  private Before behind(int id) {
    return vocabulary.kind(id) == TokenKind.USER_DEFINED ? Before.TEXT_TOKEN : Before.CONTROL;
  }

  private int require(String token) {
    OptionalInt id = vocabulary.special(token);
    return id.orElseThrow(() ->
        new IllegalArgumentException(
            "%s: the vocabulary has no special token \"%s\""
                .formatted(vocabulary.origin(), token)));
  }
}
