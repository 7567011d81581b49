package puna;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import puna.token.Tokenizer;

/// What a model goes on with: a raw text, or tokens. [Llama#prompt] makes one of a conversation.
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

  /// A raw text, after BOS and before EOS where the model's file wants them. The text of a special
  /// token in it is text like any other.
  public static Prompt text(String text) {
    return new Prompt(new Text(requireNonNull(text, "text"), Specials.AS_TEXT));
  }

  /// A raw text in which the text of a special token is that token: for text that its author
  /// trusts.
  public static Prompt textWithSpecials(String text) {
    return new Prompt(new Text(requireNonNull(text, "text"), Specials.RECOGNISED));
  }

  /// Tokens as they are.
  public static Prompt tokens(int... ids) {
    return new Prompt(new Tokens(ids.clone()));
  }

  /// The token ids of the prompt for the model with this tokenizer.
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
      case Tokens(int[] ids) -> "Prompt[%d tokens]".formatted(ids.length);
      case Text(String text, Specials _) ->
          "Prompt[text of %d characters]".formatted(text.length());
    };
  }
}
