package puna.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import puna.gguf.GgufFile;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// Encoding and decoding speed of a tokenizer on one core, in MB of UTF-8 a second.
///
/// Usage: `TokenizerBench TOKENIZER CORPUS [ROUNDS]`, where TOKENIZER is a GGUF, a
/// `tokenizer.model` or a `tokenizer.json`. Every round checks that the corpus comes back.
public final class TokenizerBench {
  private static final int WARM_UP_ROUNDS = 5;

  private TokenizerBench() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 2) {
      throw new IllegalArgumentException("usage: TokenizerBench TOKENIZER CORPUS [ROUNDS]");
    }
    Tokenizer tokenizer = open(Path.of(arguments[0]));
    String corpus = Files.readString(Path.of(arguments[1]));
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 9;
    double megabytes = corpus.getBytes(StandardCharsets.UTF_8).length / 1e6;
    double[] encoding = new double[rounds];
    double[] decoding = new double[rounds];
    int tokens = 0;
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      long start = System.nanoTime();
      int[] ids = tokenizer.encode(corpus);
      long encoded = System.nanoTime();
      String decoded = tokenizer.decode(ids);
      long end = System.nanoTime();
      // SentencePiece cannot tell ▁ from a space.
      if (!decoded.equals(corpus) && !decoded.equals(corpus.replace('▁', ' '))) {
        throw new IllegalStateException("the corpus did not come back from its ids");
      }
      tokens = ids.length;
      if (round >= 0) {
        encoding[round] = megabytes * 1e9 / (encoded - start);
        decoding[round] = megabytes * 1e9 / (end - encoded);
      }
    }
    report(megabytes, tokens, encoding, decoding);
  }

  private static Tokenizer open(Path file) throws IOException {
    if (!file.toString().endsWith(".gguf")) {
      return TokenizerFiles.open(file);
    }
    try (GgufFile gguf = GgufFile.open(file)) {
      return TokenizerFiles.from(gguf.metadata(), new ModelWarnings());
    }
  }

  private static void report(double megabytes, int tokens, double[] encoding, double[] decoding) {
    Arrays.sort(encoding);
    Arrays.sort(decoding);
    System.out.printf(
        Locale.ROOT,
        "%.2f MB, %d tokens: encode %.1f MB/s (best %.1f), decode %.1f MB/s (best %.1f)%n",
        megabytes,
        tokens,
        encoding[encoding.length / 2],
        encoding[encoding.length - 1],
        decoding[decoding.length / 2],
        decoding[decoding.length - 1]);
  }
}
