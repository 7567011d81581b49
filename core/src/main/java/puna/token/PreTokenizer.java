package puna.token;

import java.util.Optional;

/// The pre-tokenizers of the family, with the names and the rules that files give them.
enum PreTokenizer {
  GPT2(Gpt2Scanner.withRunsOfNumbers()),
  SMOLLM(Gpt2Scanner.withSingleNumbers()),
  LLAMA3(new Llama3Scanner()),
  LLAMA4(new Llama4Scanner());

  static final String KNOWN_NAMES =
      "default, gpt-2, smollm, llama-bpe, llama3, llama-v3, falcon3, falcon-h1, pixtral, llama4,"
          + " gpt-4o";

  private static final String GPT2_RULE =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String LLAMA3_RULE =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String LLAMA4_RULE =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
          + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private final PieceScanner scanner;

  PreTokenizer(PieceScanner scanner) {
    this.scanner = scanner;
  }

  PieceScanner scanner() {
    return scanner;
  }

  /// A piece that is a token is taken whole, whether or not merging would arrive at it.
  boolean ignoresMerges() {
    return this == LLAMA3 || this == LLAMA4;
  }

  /// A prompt starts with BOS where the file is silent.
  boolean addsBosByDefault() {
    return this == LLAMA3;
  }

  /// By the value of `tokenizer.ggml.pre`.
  static Optional<PreTokenizer> named(String name) {
    return switch (name) {
      case "default", "gpt-2" -> Optional.of(GPT2);
      case "smollm" -> Optional.of(SMOLLM);
      case "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral" ->
          Optional.of(LLAMA3);
      case "llama4", "gpt-4o" -> Optional.of(LLAMA4);
      default -> Optional.empty();
    };
  }

  /// By the regular expression that a tokenizer.json spells out.
  static Optional<PreTokenizer> ruled(String regex) {
    return switch (regex) {
      case GPT2_RULE -> Optional.of(GPT2);
      case LLAMA3_RULE -> Optional.of(LLAMA3);
      case LLAMA4_RULE -> Optional.of(LLAMA4);
      default -> Optional.empty();
    };
  }
}
