package puna.token;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import puna.token.model.BytePairTokenizer;
import puna.token.model.SentencePieceTokenizer;

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
  /// Text never becomes a control token, BOS, EOS, a token that ends answers, one written with bars
  /// as in `<|eot_id|>`, or a special token among the parts, whatever kind the file gives it.
  ///
  /// @throws IllegalArgumentException when a special token is not in the vocabulary
  default int[] encode(List<PromptPart> parts) {
    return encode(parts, Set.of());
  }

  /// The same for a format with `marks` of its own: text never becomes one of those either.
  ///
  /// @throws IllegalArgumentException when a special token is not in the vocabulary
  int[] encode(List<PromptPart> parts, Set<String> marks);

  /// The ids of a raw text with BOS in front and EOS behind, where the file asks for them.
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

  /// The id of the special token with that text, or of one that is written like a mark or steers
  /// the model as BOS does, whatever kind the file gives it.
  OptionalInt special(String token);

  /// Texts that are special tokens where the format of a prompt prints them: those of control
  /// tokens, and those of other tokens that are written like marks.
  Set<String> markTexts();

  OptionalInt bos();

  OptionalInt eos();

  /// True where a prompt starts with BOS by the file's own word.
  boolean addsBos();

  /// True where a raw text ends with EOS by the file's own word; the prompt of a chat never does.
  boolean addsEos();

  /// Tokens that end an answer: EOS, end of turn, end of message.
  boolean isEndOfGeneration(int id);

  /// A decoder for ids as they stream. `atStart` is false where the ids continue a prompt.
  TextDecoder decoder(boolean atStart);
}
