package puna;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import puna.token.Tokenizer;

/// What a model continues: raw text or tokens. [Llama#prompt] renders a conversation to one. Other
/// kinds of input, such as images, can join it.
public final class Prompt {
  private final Part part;

  /// What prompts are made of. Images will be another kind.
  private sealed interface Part {}

  private record Text(String text, Specials specials) implements Part {}

  private record Tokens(int[] ids) implements Part {}

  /// What the text of a special token means.
  private enum Specials {
    AS_TEXT,
    RECOGNISED
  }

  private Prompt(Part part) {
    this.part = part;
  }

  /// Raw text, with BOS and EOS added where the model's file asks for them. Special tokens spelled
  /// out in it, such as `<|eot_id|>`, are ordinary text: safe for untrusted input.
  public static Prompt text(String text) {
    return new Prompt(new Text(requireNonNull(text, "text"), Specials.AS_TEXT));
  }

  /// Raw text in which special tokens that are spelled out become these tokens. For trusted text
  /// alone.
  public static Prompt textWithSpecials(String text) {
    return new Prompt(new Text(requireNonNull(text, "text"), Specials.RECOGNISED));
  }

  /// Token ids, used as they are; no BOS or EOS is added.
  public static Prompt tokens(int... ids) {
    return new Prompt(new Tokens(ids.clone()));
  }

  /// The prompt's token ids under a tokenizer.
  public int[] tokens(Tokenizer tokenizer) {
    return switch (part) {
      case Tokens(int[] ids) -> ids.clone();
      case Text(String text, Specials specials) ->
          tokenizer.framed(
              switch (specials) {
                case AS_TEXT -> tokenizer.encode(text);
                case RECOGNISED -> tokenizer.encodeWithSpecials(text);
              });
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Prompt prompt
        && (part instanceof Tokens(int[] ids)
            ? prompt.part instanceof Tokens(int[] others) && Arrays.equals(ids, others)
            : part.equals(prompt.part));
  }

  @Override
  public int hashCode() {
    return part instanceof Tokens(int[] ids) ? Arrays.hashCode(ids) : part.hashCode();
  }

  @Override
  public String toString() {
    return switch (part) {
      case Tokens(int[] ids) -> "Prompt[%s tokens]".formatted(ids.length);
      case Text(String text, Specials _) ->
          "Prompt[text of %s characters]".formatted(text.length());
    };
  }
}
