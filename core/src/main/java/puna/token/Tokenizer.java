package puna.token;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import puna.token.model.IdsAlone;
import puna.token.model.MergingTokenizer;

/// Encodes text to token ids and decodes it back. Immutable and thread-safe.
public sealed interface Tokenizer permits MergingTokenizer, IdsAlone {
  /// The number of tokens in the vocabulary; ids are from 0 to one less.
  int vocabularySize();

  /// Encodes `text`; special tokens spelled out in it are ordinary text. No BOS or EOS is added.
  int[] encode(String text);

  /// Encodes `text`; special tokens spelled out in it become these tokens. No BOS or EOS is added.
  int[] encodeWithSpecials(String text);

  /// Encodes a prompt made of parts. No BOS or EOS is added.
  ///
  /// Text parts never become a control token, BOS, EOS, an end token, a token spelled with bars as
  /// in `<|eot_id|>`, or a special token among the parts, whatever type the file gives these.
  ///
  /// @throws IllegalArgumentException when a special token is not in the vocabulary
  default int[] encode(List<PromptPart> parts) {
    return encode(parts, Set.of());
  }

  /// The same, where text never becomes one of `marks` either: the special tokens of a chat format.
  ///
  /// @throws IllegalArgumentException when a special token is not in the vocabulary
  int[] encode(List<PromptPart> parts, Set<String> marks);

  /// Adds BOS in front and EOS at the end, where the file asks for them.
  default int[] framed(int[] ids) {
    IntStream.Builder all = IntStream.builder();
    if (addsBos()) {
      bos().ifPresent(all::add);
    }
    IntStream.of(ids).forEach(all::add);
    if (addsEos()) {
      eos().ifPresent(all::add);
    }
    return all.build().toArray();
  }

  /// Decodes `ids` to text: special tokens are left out, invalid UTF-8 becomes U+FFFD.
  ///
  /// @throws IllegalArgumentException when an id is outside the vocabulary
  String decode(int[] ids);

  /// The bytes that token `id` stands for in running text; empty for control tokens.
  byte[] bytes(int id);

  /// The token as the vocabulary spells it, such as `Ġthe` or `▁the`; for display, not for text.
  String piece(int id);

  /// Whether the token is a control token such as BOS, which has a meaning for the model but no
  /// text.
  boolean isSpecial(int id);

  /// The id of the special token with that text; empty if there is none. Tokens spelled like one
  /// (`<|…|>`), and BOS, EOS and their like, count whatever type the file gives them.
  OptionalInt special(String token);

  /// The texts that become special tokens where a chat template prints them: those of control
  /// tokens and of tokens spelled like one.
  Set<String> markTexts();

  /// The id of the beginning-of-sequence token; empty if there is none.
  OptionalInt bos();

  /// The id of the end-of-sequence token; empty if there is none.
  OptionalInt eos();

  /// Whether the file asks for BOS at the beginning of a prompt.
  boolean addsBos();

  /// Whether the file asks for EOS at the end of raw text; the prompt of a chat never has it.
  boolean addsEos();

  /// Whether the token ends an answer: EOS, end of turn, end of message.
  boolean isEndOfGeneration(int id);

  /// A new decoder for streaming ids.
  ///
  /// @param atStart false where the ids continue a prompt
  TextDecoder decoder(boolean atStart);
}
