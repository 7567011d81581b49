package puna.token.model;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The pre-tokenizers of the family, with the names and the rules that files give them.
public enum PreTokenizer {
  GPT2(Gpt2Scanner.withRunsOfNumbers()),
  SMOLLM(Gpt2Scanner.withSingleNumbers()),
  LLAMA3(new Llama3Scanner()),
  /// The rule of Llama 3 for vocabularies whose merges lead to all of their pieces.
  LLAMA3_MERGED(new Llama3Scanner()),
  LLAMA4(new Llama4Scanner()),
  /// llama.cpp's own for vocabularies that it does not know.
  DEFAULT(new DefaultScanner());

  private static final Map<String, PreTokenizer> BY_NAME = byName();

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

  /// Every name that files give one of them, for messages.
  public static String knownNames() {
    return String.join(", ", new TreeSet<>(BY_NAME.keySet()));
  }

  /// The name that a file of a vocabulary gets which llama.cpp does not know by heart.
  public String usualName() {
    return switch (this) {
      case GPT2 -> "gpt-2";
      case SMOLLM -> "smollm";
      case LLAMA3 -> "llama-bpe";
      case LLAMA3_MERGED -> "smaug-bpe";
      case LLAMA4 -> "llama4";
      case DEFAULT -> "default";
    };
  }

  PieceScanner scanner() {
    return scanner;
  }

  /// A piece that is a token is taken whole, whether or not merging would arrive at it.
  boolean ignoresMerges() {
    return this == LLAMA3 || this == LLAMA4;
  }

  /// A prompt starts with BOS where the file is silent.
  public boolean addsBosByDefault() {
    return this == LLAMA3;
  }

  /// By the value of `tokenizer.ggml.pre`.
  public static Optional<PreTokenizer> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /// By the regular expression that a tokenizer.json spells out.
  public static Optional<PreTokenizer> ruled(String regex) {
    return switch (regex) {
      case GPT2_RULE -> Optional.of(GPT2);
      case LLAMA3_RULE -> Optional.of(LLAMA3);
      case LLAMA4_RULE -> Optional.of(LLAMA4);
      default -> Optional.empty();
    };
  }

  /// Many names stand for one rule: llama.cpp has one for every vocabulary that it was taught, for
  /// what else it decides by the name.
  private static Map<String, PreTokenizer> byName() {
    Map<String, PreTokenizer> names = new HashMap<>();
    put(names, DEFAULT, "default");
    put(
        names,
        GPT2,
        "gpt-2 phi-2 jina-es jina-de jina-v2-es jina-v2-de gigachat a.x-4.0 mellum modern-bert"
            + " exaone4 mpt olmo jais trillion granite-docling");
    put(names, SMOLLM, "smollm starcoder refact command-r codeshell exaone minerva-7b mellum2");
    put(
        names,
        LLAMA3,
        "llama-bpe llama3 llama-v3 falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano");
    put(names, LLAMA3_MERGED, "dbrx smaug-bpe");
    put(names, LLAMA4, "gpt-4o llama4 kanana2 talkie");
    return Map.copyOf(names);
  }

  private static void put(Map<String, PreTokenizer> names, PreTokenizer rule, String spaced) {
    for (String name : spaced.split(" ", -1)) {
      names.put(name, rule);
    }
  }
}
