package puna.token.model;

import java.util.BitSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// The tokens that steer: where a text begins, and what ends an answer.
///
/// @param addsBos a prompt starts with BOS by the file's own word
/// @param addsEos a raw text ends with EOS by the file's own word
/// @param ends tokens that end an answer
public record ControlIds(
    OptionalInt bos, OptionalInt eos, AddsBos addsBos, AddsEos addsEos, BitSet ends) {
  /// Texts of tokens that end an answer, whatever else the file says.
  private static final Set<String> ENDING_TEXTS =
      Set.of(
          "<|eot_id|>",
          "<|eom_id|>",
          "<|eot|>",
          "<|eom|>",
          "<|im_end|>",
          "<|end|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "<|end_of_text|>",
          "<EOT>",
          "_<EOT>",
          "▁<EOT>",
          " <EOT>",
          "< EOT >");

  /// Code Llama, whose 70B form ends its messages with `<step>`.
  private static final int CODE_LLAMA_SIZE = 32016;

  public enum AddsBos {
    YES,
    NO
  }

  enum AddsEos {
    YES,
    NO
  }

  /// The end-of-answer set from EOS, further ids that the file names, and the texts of tokens.
  public static ControlIds of(
      Vocabulary vocabulary, OptionalInt bos, OptionalInt eos, AddsBos addsBos, IntStream more) {
    BitSet ends = new BitSet();
    eos.ifPresent(ends::set);
    more.forEach(ends::set);
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.endsWith(id, '>') && endsAnswer(vocabulary, vocabulary.text(id))) {
        ends.set(id);
      }
    }
    return new ControlIds(bos, eos, bos.isPresent() ? addsBos : AddsBos.NO, AddsEos.NO, ends);
  }

  /// The same for a file that wants EOS behind a raw text.
  public ControlIds addingEos() {
    return new ControlIds(bos, eos, addsBos, eos.isPresent() ? AddsEos.YES : AddsEos.NO, ends);
  }

  /// Lets BOS and EOS be found by what they stand for and by how the vocabulary writes them, before
  /// any other token and whatever their kind.
  void steer(Vocabulary vocabulary, IntFunction<String> piece) {
    IntStream.concat(bos.stream(), eos.stream())
        .forEach(id -> {
          vocabulary.steer(vocabulary.text(id), id);
          vocabulary.steer(piece.apply(id), id);
        });
  }

  /// What no message may spell in any format: all of them, and the vocabulary's unmistakable marks.
  BitSet guarded(Vocabulary vocabulary) {
    BitSet all = vocabulary.barredMarks();
    all.or(ends);
    bos.ifPresent(all::set);
    eos.ifPresent(all::set);
    return all;
  }

  private static boolean endsAnswer(Vocabulary vocabulary, String text) {
    return ENDING_TEXTS.contains(text)
        || (text.equals("<step>") && vocabulary.size() == CODE_LLAMA_SIZE);
  }
}
