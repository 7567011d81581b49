package puna;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import puna.tensor.Metadata;
import puna.token.Tokenizer;

/// The tokens around a text whose middle is missing: prefix, suffix, then the middle that the model
/// is to write.
record InfillMarks(int prefix, int suffix, int middle) {
  private static final List<String> PREFIXES =
      List.of("▁<PRE>", "<PRE>", "<|fim_prefix|>", "<fim_prefix>", "<fim-prefix>");
  private static final List<String> SUFFIXES =
      List.of("▁<SUF>", "<SUF>", "<|fim_suffix|>", "<fim_suffix>", "<fim-suffix>");
  private static final List<String> MIDDLES =
      List.of("▁<MID>", "<MID>", "<|fim_middle|>", "<fim_middle>", "<fim-middle>");

  /// A character that no token ends with a space before: what follows it is encoded as running
  /// text. Meta's own reference does it with the same one.
  private static final String RUNNING = "☺";

  /// Those that the file's keys name, else those that are spelled as marks are.
  static Optional<InfillMarks> find(Metadata metadata, Tokenizer tokenizer) {
    OptionalInt prefix = find(metadata, tokenizer, List.of("fim_pre", "prefix"), PREFIXES);
    OptionalInt suffix = find(metadata, tokenizer, List.of("fim_suf", "suffix"), SUFFIXES);
    OptionalInt middle = find(metadata, tokenizer, List.of("fim_mid", "middle"), MIDDLES);
    if (prefix.isEmpty() || suffix.isEmpty() || middle.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new InfillMarks(prefix.getAsInt(), suffix.getAsInt(), middle.getAsInt()));
  }

  private static OptionalInt find(
      Metadata metadata, Tokenizer tokenizer, List<String> keys, List<String> spellings) {
    for (String key : keys) {
      OptionalLong id = metadata.integer("tokenizer.ggml." + key + "_token_id");
      if (id.isPresent() && id.getAsLong() >= 0 && id.getAsLong() < tokenizer.vocabularySize()) {
        return OptionalInt.of((int) id.getAsLong());
      }
    }
    return spellings.stream()
        .map(tokenizer::special)
        .filter(OptionalInt::isPresent)
        .findFirst()
        .orElse(OptionalInt.empty());
  }

  /// The prompt that the missing middle follows.
  int[] prompt(Tokenizer tokenizer, String before, String after) {
    IntStream bos = tokenizer.addsBos() ? tokenizer.bos().stream() : IntStream.empty();
    return Stream.of(
            bos,
            IntStream.of(prefix),
            IntStream.of(tokenizer.encode(before)),
            IntStream.of(suffix),
            IntStream.of(running(tokenizer, after)),
            IntStream.of(middle))
        .flatMapToInt(ids -> ids)
        .toArray();
  }

  /// The tokens of a text that goes on with another: without the space that SentencePiece puts
  /// before the first word.
  private static int[] running(Tokenizer tokenizer, String text) {
    int[] mark = tokenizer.encode(RUNNING);
    int[] whole = tokenizer.encode(RUNNING + text);
    boolean isCutClean =
        whole.length >= mark.length
            && IntStream.range(0, mark.length).allMatch(i -> whole[i] == mark[i]);
    return isCutClean ? IntStream.of(whole).skip(mark.length).toArray() : tokenizer.encode(text);
  }
}
