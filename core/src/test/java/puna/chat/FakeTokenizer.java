package puna.chat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import puna.token.PromptPart;
import puna.token.TextDecoder;
import puna.token.Tokenizer;

/// A vocabulary of special tokens alone: all that chat formats ask a tokenizer about. Its first two
/// tokens are BOS and EOS.
final class FakeTokenizer implements Tokenizer {
  private final List<String> specials;
  private final boolean addsBos;

  private FakeTokenizer(List<String> specials, boolean addsBos) {
    this.specials = specials;
    this.addsBos = addsBos;
  }

  static FakeTokenizer with(String bos, String eos, String... others) {
    List<String> specials = new ArrayList<>(List.of(bos, eos));
    specials.addAll(Arrays.asList(others));
    return new FakeTokenizer(specials, false);
  }

  FakeTokenizer addingBos() {
    return new FakeTokenizer(specials, true);
  }

  /// The prompt as one text, the way a template would have printed it.
  static String text(List<PromptPart> parts) {
    StringBuilder out = new StringBuilder();
    for (PromptPart part : parts) {
      out.append(
          switch (part) {
            case PromptPart.Text text -> text.text();
            case PromptPart.Special special -> special.token();
          });
    }
    return out.toString();
  }

  @Override
  public OptionalInt special(String token) {
    int id = specials.indexOf(token);
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  @Override
  public String piece(int id) {
    return specials.get(id);
  }

  @Override
  public OptionalInt bos() {
    return OptionalInt.of(0);
  }

  @Override
  public OptionalInt eos() {
    return OptionalInt.of(1);
  }

  @Override
  public boolean addsBos() {
    return addsBos;
  }

  @Override
  public int vocabularySize() {
    return specials.size();
  }

  @Override
  public boolean isSpecial(int id) {
    return true;
  }

  @Override
  public int[] encode(String text) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int[] encodeWithSpecials(String text) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int[] encode(List<PromptPart> parts) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String decode(int[] ids) {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] bytes(int id) {
    return new byte[0];
  }

  @Override
  public boolean isEndOfGeneration(int id) {
    return id == 1;
  }

  @Override
  public TextDecoder decoder(boolean atStart) {
    throw new UnsupportedOperationException();
  }
}
