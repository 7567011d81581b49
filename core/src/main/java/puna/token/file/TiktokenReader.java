package puna.token.file;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import puna.error.ModelFormatException;
import puna.token.Tokenizer;
import puna.token.model.ByteAlphabet;
import puna.token.model.BytePairMerges;
import puna.token.model.BytePairRules;
import puna.token.model.BytePairTokenizer;
import puna.token.model.ByteStrings;
import puna.token.model.ControlIds;
import puna.token.model.ControlIds.AddsBos;
import puna.token.model.PreTokenizer;
import puna.token.model.TokenKind;
import puna.token.model.Utf8;
import puna.token.model.Vocabulary;

/// Meta's tokenizer.model of Llama 3 and 4: one line a token, base64 of its bytes, a space, its
/// rank.
///
/// The special tokens are not in the file; the number of ranks says which they are.
public final class TiktokenReader {
  private static final int LLAMA3_RANKS = 128_000;
  private static final int LLAMA4_RANKS = 200_000;

  /// A line is base64 of at most [Vocabulary#LONGEST] bytes and a number.
  private static final int LONGEST_LINE = 2 * Vocabulary.LONGEST;

  private static final String BOS = "<|begin_of_text|>";
  private static final String EOS = "<|end_of_text|>";

  private final byte[] file;
  private final Vocabulary vocabulary;

  private TiktokenReader(byte[] file, String origin) {
    this.file = file;
    this.vocabulary = new Vocabulary(origin);
  }

  static boolean looksRight(byte[] file) {
    int lineEnd = 0;
    while (lineEnd < Math.min(file.length, LONGEST_LINE) && file[lineEnd] != '\n') {
      lineEnd++;
    }
    return new String(file, 0, lineEnd, StandardCharsets.ISO_8859_1)
        .matches("[A-Za-z0-9+/]++={0,2} \\d++\r?");
  }

  /// @throws ModelFormatException when the file breaks its format or is of another model
  static Tokenizer read(byte[] file, String origin) {
    TiktokenReader reader = new TiktokenReader(file, origin);
    reader.readRanks();
    int ranks = reader.vocabulary.size();
    return switch (ranks) {
      case LLAMA3_RANKS -> reader.tokenizer(PreTokenizer.LLAMA3, MetaSpecialTokens.llama3());
      case LLAMA4_RANKS -> reader.tokenizer(PreTokenizer.LLAMA4, MetaSpecialTokens.llama4());
      default ->
          throw new ModelFormatException(
              "%s: a vocabulary of ranks must be that of Llama 3 (%s) or Llama 4 (%s), found %s"
                  .formatted(origin, LLAMA3_RANKS, LLAMA4_RANKS, ranks));
    };
  }

  /// As [#read], where the model says how many ids there are and so how many special ones.
  static Tokenizer read(byte[] file, String origin, int vocabularySize) {
    TiktokenReader reader = new TiktokenReader(file, origin);
    reader.readRanks();
    Generation generation = reader.generation(vocabularySize);
    return reader.tokenizer(generation.preTokenizer, generation.specials);
  }

  /// What GGUF's keys tell of the tokenizer.
  static SequencedMap<String, Object> keys(byte[] file, String origin, KeysRequest request) {
    TiktokenReader reader = new TiktokenReader(file, origin);
    reader.readRanks();
    int ranks = reader.vocabulary.size();
    Generation generation = reader.generation(request.vocabulary());
    TokenizerKeys keys = TokenizerKeys.bytePair(generation.preTokenizer);
    ByteStrings bytes = reader.vocabulary.bytes();
    for (int id = 0; id < ranks; id++) {
      keys.add(ByteAlphabet.write(bytes.copy(id)), TokenKind.NORMAL, 0);
    }
    generation.specials.forEach(special -> keys.add(special, TokenKind.CONTROL, 0));
    keys.writeMerged(RankMerges.of(reader.vocabulary));
    int bos = ranks + generation.specials.indexOf(BOS);
    int eos = ranks + generation.specials.indexOf(EOS);
    SpecialTokenRoles roles = SpecialTokenRoles.beginAndEnd(bos, eos);
    keys.writeRoles(roles, Map.of(), new LinkedHashMap<>());
    return keys.values(request);
  }

  /// How a generation of models cuts text, and the special tokens that it has.
  private record Generation(PreTokenizer preTokenizer, List<String> specials) {}

  private Generation generation(int vocabularySize) {
    List<String> llama3 = MetaSpecialTokens.llama3();
    List<String> llama4 = MetaSpecialTokens.llama4();
    int specials = vocabularySize - vocabulary.size();
    if (specials == llama3.size()) {
      return new Generation(PreTokenizer.LLAMA3, llama3);
    }
    if (specials == llama4.size()) {
      return new Generation(PreTokenizer.LLAMA4, llama4);
    }
    throw new ModelFormatException(
        "%s: %s ids of the model must be ranks and the special ids of Llama 3 (%s) or Llama 4 (%s), found %s ranks"
            .formatted(
                vocabulary.origin(),
                vocabularySize,
                llama3.size(),
                llama4.size(),
                vocabulary.size()));
  }

  /// As [#read], for a vocabulary of any size.
  public static Tokenizer read(
      byte[] file, String origin, PreTokenizer preTokenizer, List<String> specials) {
    TiktokenReader reader = new TiktokenReader(file, origin);
    reader.readRanks();
    return reader.tokenizer(preTokenizer, specials);
  }

  private Tokenizer tokenizer(PreTokenizer preTokenizer, List<String> specials) {
    for (String special : specials) {
      vocabulary.add(Utf8.encode(special), TokenKind.CONTROL);
    }
    OptionalInt bos = vocabulary.special(BOS);
    OptionalInt eos = vocabulary.special(EOS);
    return new BytePairTokenizer(
        vocabulary,
        BytePairMerges.byRank(vocabulary),
        BytePairRules.of(preTokenizer),
        ControlIds.of(vocabulary, bos, eos, AddsBos.YES, IntStream.empty()));
  }

  private void readRanks() {
    int line = 1;
    for (int at = 0; at < file.length; line++) {
      int end = at;
      while (end < file.length && file[end] != '\n') {
        end++;
      }
      int lineEnd = end > at && file[end - 1] == '\r' ? end - 1 : end;
      if (lineEnd > at) {
        readLine(at, lineEnd, line);
      }
      at = end + 1;
    }
  }

  private void readLine(int from, int to, int line) {
    int space = from;
    while (space < to && file[space] != ' ') {
      space++;
    }
    if (space == to || to - from > LONGEST_LINE) {
      throw refusal(line, "must be base64, a space and a rank", from, to);
    }
    int rank = vocabulary.size();
    String found = new String(file, space + 1, to - space - 1, StandardCharsets.ISO_8859_1);
    if (!found.equals(Integer.toString(rank))) {
      throw refusal(line, "must have rank " + rank, space + 1, to);
    }
    byte[] token;
    try {
      token = Base64.getDecoder().decode(Arrays.copyOfRange(file, from, space));
    } catch (IllegalArgumentException e) {
      throw refusal(line, "must begin with base64", from, space);
    }
    if (token.length == 0) {
      throw refusal(line, "must have a token of at least one byte", from, to);
    }
    vocabulary.add(token, TokenKind.NORMAL);
  }

  private ModelFormatException refusal(int line, String rule, int from, int to) {
    String found =
        new String(file, from, Math.min(60, to - from), StandardCharsets.ISO_8859_1)
            .replaceAll("\\p{Cntrl}", "?");
    return new ModelFormatException(
        "%s: line %s %s, found \"%s\"".formatted(vocabulary.origin(), line, rule, found));
  }
}
