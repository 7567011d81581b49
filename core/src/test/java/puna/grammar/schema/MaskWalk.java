package puna.grammar.schema;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;
import puna.EmbeddedModel;
import puna.gguf.GgufFile;
import puna.grammar.mask.FewTokens;
import puna.grammar.mask.TokenMask;
import puna.grammar.mask.TokenTrie;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// What is written by drawing tokens that a mask allows, on the embedded model's vocabulary.
final class MaskWalk {
  private final Tokenizer tokenizer;
  private final TokenTrie trie;
  private final boolean[] closing;

  MaskWalk() throws IOException {
    try (GgufFile file = GgufFile.open(EmbeddedModel.path())) {
      tokenizer = TokenizerFiles.from(file.metadata(), new ModelWarnings());
    }
    trie = TokenTrie.of(tokenizer);
    closing = new boolean[tokenizer.vocabularySize()];
    for (int token = 0; token < closing.length; token++) {
      String text = new String(tokenizer.bytes(token), StandardCharsets.UTF_8);
      closing[token] = tokenizer.isEndOfGeneration(token) || text.matches("[\"\\]}]+");
    }
  }

  TokenTrie trie() {
    return trie;
  }

  /// An answer that ended in time; empty where none did.
  ///
  /// @param liking how likely a token that closes something is drawn, from 0 to 1, beside what
  ///   chance gives
  Optional<String> answer(TokenMask mask, int mostTokens, double liking, SplittableRandom random) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    float[] logits = new float[closing.length];
    for (int written = 0; ; written++) {
      FewTokens.agree(mask, logits.length);
      java.util.Arrays.fill(logits, 0);
      int token =
          mask.apply(logits) ? draw(logits, random.nextDouble() < liking, random) : closing.length;
      if (token == closing.length || tokenizer.isEndOfGeneration(token)) {
        return Optional.of(text.toString(StandardCharsets.UTF_8));
      }
      if (written == mostTokens) {
        return Optional.empty();
      }
      mask.accept(token);
      text.writeBytes(tokenizer.bytes(token));
    }
  }

  private int draw(float[] logits, boolean close, SplittableRandom random) {
    int[] allowed = new int[logits.length];
    int[] closers = new int[logits.length];
    int count = 0;
    int closes = 0;
    for (int token = 0; token < logits.length; token++) {
      if (logits[token] == 0) {
        allowed[count++] = token;
        if (closing[token]) {
          closers[closes++] = token;
        }
      }
    }
    if (count == 0) {
      return logits.length;
    }
    return close && closes > 0 ? closers[random.nextInt(closes)] : allowed[random.nextInt(count)];
  }
}
