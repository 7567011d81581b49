package puna.token;

import java.util.List;
import java.util.OptionalInt;

/// Text to token ids and back, immutable and safe for all threads.
public sealed interface Tokenizer permits BytePairTokenizer, SentencePieceTokenizer {
  int vocabularySize();

  /// The ids of `text`; special-token text in it is ordinary text. No BOS or EOS is added.
  int[] encode(String text);

  /// The ids of `text`, where the text of a special token becomes that token. No BOS or EOS is
  /// added.
  int[] encodeWithSpecials(String text);

  /// The ids of a prompt made of parts. No BOS or EOS is added.
  ///
  /// @throws IllegalArgumentException when a special token is not in the vocabulary
  int[] encode(List<PromptPart> parts);

  /// The text of `ids`: special tokens are left out, invalid UTF-8 becomes U+FFFD.
  ///
  /// @throws IllegalArgumentException when an id is outside the vocabulary
  String decode(int[] ids);

  /// The bytes that token `id` stands for in running text; empty for control tokens.
  byte[] bytes(int id);

  /// The token as the vocabulary writes it, such as `Ġthe` or `▁the`: for people, not for text.
  String piece(int id);

  /// True for control tokens such as BOS: they carry meaning for the model and no text.
  boolean isSpecial(int id);

  /// The id of the special token with that text.
  OptionalInt special(String token);

  OptionalInt bos();

  OptionalInt eos();

  /// True where a prompt starts with BOS by the file's own word.
  boolean addsBos();

  /// Tokens that end an answer: EOS, end of turn, end of message.
  boolean isEndOfGeneration(int id);

  /// A decoder for ids as they stream. `atStart` is false where the ids continue a prompt.
  TextDecoder decoder(boolean atStart);
}
