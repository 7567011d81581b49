package puna.token.model;

import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import puna.token.PromptPart;
import puna.token.Tokenizer;
import puna.token.model.SpecialMatcher.SpaceStripping;

/// Byte-pair encoding over a vocabulary of a file: what does not depend on how texts are cut into
/// symbols and pieces are spelled.
public abstract sealed class MergingTokenizer implements Tokenizer
    permits BytePairTokenizer, SentencePieceTokenizer {
  final Vocabulary vocabulary;
  private final ControlIds controls;
  private final SpecialMatcher inText;
  private final SpecialMatcher inTemplates;
  private final PromptEncoder prompts;

  MergingTokenizer(Vocabulary vocabulary, ControlIds controls, SpaceStripping stripping) {
    this.vocabulary = vocabulary;
    this.controls = controls;
    this.inText = new SpecialMatcher(vocabulary, kind -> kind == TokenKind.USER_DEFINED, stripping);
    this.inTemplates = new SpecialMatcher(vocabulary, kind -> true, stripping);
    this.prompts = new PromptEncoder(vocabulary, controls.guarded(vocabulary), this::begin);
  }

  /// One text on its way to ids.
  ///
  /// @param barred tokens that the text does not become
  abstract PromptEncoder.Fragments begin(byte[] utf8, IdBuffer out, BitSet barred);

  @Override
  public abstract StreamingDecoder decoder(boolean atStart);

  @Override
  public final int vocabularySize() {
    return vocabulary.size();
  }

  @Override
  public final int[] encode(String text) {
    return prompts.encode(text, inText);
  }

  @Override
  public final int[] encodeWithSpecials(String text) {
    return prompts.encode(text, inTemplates);
  }

  @Override
  public final int[] encode(List<PromptPart> parts, Set<String> marks) {
    return prompts.encode(parts, marks, inText);
  }

  @Override
  public final String decode(int[] ids) {
    return decoder(true).all(ids);
  }

  @Override
  public final boolean isSpecial(int id) {
    return vocabulary.kind(id) == TokenKind.CONTROL;
  }

  @Override
  public final OptionalInt special(String token) {
    return vocabulary.special(token);
  }

  @Override
  public final OptionalInt bos() {
    return controls.bos();
  }

  @Override
  public final OptionalInt eos() {
    return controls.eos();
  }

  @Override
  public final boolean addsBos() {
    return controls.addsBos() == ControlIds.AddsBos.YES;
  }

  @Override
  public final boolean addsEos() {
    return controls.addsEos() == ControlIds.AddsEos.YES;
  }

  @Override
  public final Set<String> markTexts() {
    return vocabulary.markTexts();
  }

  @Override
  public final boolean isEndOfGeneration(int id) {
    return id >= 0 && controls.ends().get(id);
  }
}
