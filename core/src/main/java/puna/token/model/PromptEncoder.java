package puna.token.model;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import puna.token.PromptPart;
import puna.token.model.SpecialMatcher.Match;

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
    /// @param barred tokens that the text does not become
    Fragments begin(byte[] utf8, IdBuffer out, BitSet barred);
  }

  private static final BitSet NOTHING_BARRED = new BitSet();

  private final Vocabulary vocabulary;
  private final BitSet guarded;
  private final Texts texts;

  /// @param guarded tokens that no text inside a prompt becomes, whatever kind the file gives them
  PromptEncoder(Vocabulary vocabulary, BitSet guarded, Texts texts) {
    this.vocabulary = vocabulary;
    this.guarded = guarded;
    this.texts = texts;
  }

  int[] encode(String text, SpecialMatcher specials) {
    byte[] utf8 = Utf8.encode(text);
    IdBuffer out = new IdBuffer(utf8.length / 3);
    new Run(specials, NOTHING_BARRED, out).encode(utf8, Before.NOTHING);
    return out.toArray();
  }

  /// Trust is by origin: a mark of the prompt's format is a token where a part says so, and text
  /// never becomes it, whatever its kind.
  ///
  /// @param marks the marks of the format that this prompt may lack
  int[] encode(List<PromptPart> parts, Set<String> marks, SpecialMatcher specials) {
    IdBuffer out = new IdBuffer(64);
    Run run = new Run(specials, barred(parts, marks), out);
    StringBuilder text = new StringBuilder();
    Before before = Before.NOTHING;
    for (PromptPart part : parts) {
      switch (part) {
        case PromptPart.Text(String more) -> text.append(more);
        case PromptPart.Special(String token) -> {
          run.encode(Utf8.encode(text.toString()), before);
          text.setLength(0);
          out.add(require(token));
          before = Before.CONTROL;
        }
      }
    }
    run.encode(Utf8.encode(text.toString()), before);
    return out.toArray();
  }

  private BitSet barred(List<PromptPart> parts, Set<String> marks) {
    BitSet barred = (BitSet) guarded.clone();
    marks.forEach(mark -> vocabulary.special(mark).ifPresent(barred::set));
    for (PromptPart part : parts) {
      if (part instanceof PromptPart.Special(String token)) {
        vocabulary.special(token).ifPresent(barred::set);
      }
    }
    return barred;
  }

  /// One prompt on its way to ids.
  private final class Run {
    private final SpecialMatcher specials;
    private final BitSet barred;
    private final IdBuffer out;

    Run(SpecialMatcher specials, BitSet barred, IdBuffer out) {
      this.specials = specials;
      this.barred = barred;
      this.out = out;
    }

    void encode(byte[] utf8, Before first) {
      if (utf8.length == 0) {
        return;
      }
      Fragments fragments = texts.begin(utf8, out, barred);
      Before before = first;
      int at = 0;
      for (Optional<Match> match = specials.find(utf8, 0, barred);
          match.isPresent();
          match = specials.find(utf8, at, barred)) {
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
